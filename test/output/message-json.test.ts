import { headers as createHeaders } from 'nats';
import { describe, expect, it } from 'vitest';
import { headerFields } from '../../src/output/message-headers.js';
import { payloadFields } from '../../src/output/message-json.js';

describe('payloadFields', () => {
  it.each([
    ['', { data: '' }],
    ['{"id":1}', { data: '{"id":1}' }],
    ['Grüße 👋\u0000\n', { data: 'Grüße 👋\u0000\n' }],
    ['\ufeffwith a byte order mark', { data: '\ufeffwith a byte order mark' }],
  ])('gives %j as text', (text, fields) => {
    expect(payloadFields(Buffer.from(text))).toEqual(fields);
  });

  it('gives what is no UTF-8 as base64, byte for byte', () => {
    expect(payloadFields(new Uint8Array([0xff, 0x00, 0x41]))).toEqual({ data_base64: '/wBB' });
  });

  it('gives the payload alone where it is a part of a larger buffer', () => {
    const buffer = Uint8Array.from([1, 2, 0xff, 3]);
    expect(payloadFields(buffer.subarray(2, 3))).toEqual({ data_base64: '/w==' });
  });
});

describe('headerFields', () => {
  it('gives every value of every header, under its name as it was sent', () => {
    const headers = createHeaders();
    headers.append('X-Id', '1');
    headers.append('X-Id', '2');
    headers.append('x-id', '3');
    headers.append('Empty', '');
    expect(headerFields(headers)).toEqual({ 'X-Id': ['1', '2'], 'x-id': ['3'], Empty: [''] });
  });

  it('gives nothing where there are none', () => {
    expect(headerFields(undefined)).toBeUndefined();
    expect(headerFields(createHeaders())).toBeUndefined();
  });
});
