import { describe, expect, it } from 'vitest';
import { parseMessageRecord } from '../../src/messages/index.js';

const read = (text: string) => parseMessageRecord(Buffer.from(text));

describe('parseMessageRecord', () => {
  it('reads what sub --json prints', () => {
    const record = read('{"subject":"a.b","data":"é\\n","headers":{"A":["1","2"],"b":"3"},"reply":"r","time":"now"}\r');
    expect(record).toMatchObject({ subject: 'a.b', body: Buffer.from('é\n'), reply: 'r' });
    expect(record.headers?.values('A')).toEqual(['1', '2']);
    expect(record.headers?.values('b')).toEqual(['3']);
  });

  it('reads header names that the client refuses, as sub --json prints them', () => {
    const { headers } = read('{"headers":{"Bad Name":["1","2"],"Ż":" 3 "}}');
    expect(headers?.toString()).toBe('NATS/1.0\r\nBad Name: 1\r\nBad Name: 2\r\nŻ: 3\r\n\r\n');
  });

  it('has an empty body where the line has none', () => {
    expect(read('{}')).toEqual({ subject: undefined, body: new Uint8Array(0), headers: undefined, reply: undefined });
  });

  it('reads base64', () => {
    expect(read('{"data_base64":"/wAK"}').body).toEqual(Buffer.from([0xff, 0, 0x0a]));
  });

  it.each([
    ['{"json":12345678901234567890.0}', '12345678901234567890.0'],
    ['{"a":{"json":1},"json": {"json": [1, "}\\""], "b":2} ,"c":3}', '{"json": [1, "}\\""], "b":2}'],
    ['{"json":null}', 'null'],
    ['{"json":"text: \\"json\\""}', '"text: \\"json\\""'],
    ['{"json":1,"json":[2]}', '[2]'],
    ['{"subject":"json","x":["json",1],"\\u006ason":true}', 'true'],
  ])('takes the body of %s as it stands', (line, body) => {
    expect(read(line).body.toString()).toBe(body);
  });

  it('reads a body of megabytes', () => {
    const text = '\\n,'.repeat(3_000_000);
    expect(read(`{"json":"${text}"}`).body.length).toBe(text.length + 2);
  });

  it.each([
    ['', 'the line is empty'],
    ['{', 'the line is not JSON'],
    ['[]', 'the line is not a JSON object'],
    ['null', 'the line is not a JSON object'],
    ['{"subject":1}', '"subject" is not a string'],
    ['{"data":1}', '"data" is not a string'],
    ['{"data_base64":"a"}', '"data_base64" is not base64'],
    ['{"data":"","json":1}', '"data" and "json" exclude each other'],
    ['{"headers":[]}', '"headers" is not an object'],
    ['{"headers":{"A":[1]}}', 'header "A" is neither text nor a list of it'],
    ['{"headers":{"A":"1\\r\\nB:2"}}', 'header "A" cannot be sent'],
    ['{"headers":{"A:b":"1"}}', 'header "A:b" cannot be sent'],
    ['{"headers":{"A\\r\\nb":"1"}}', 'header "A\\r\\nb" cannot be sent'],
    ['{"headers":{"":"1"}}', 'header "" cannot be sent'],
  ])('refuses %j', (line, message) => {
    expect(() => read(line)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    );
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseMessageRecord(Buffer.from([0x7b, 0xff]))).toThrow('the line is not valid UTF-8');
  });
});
