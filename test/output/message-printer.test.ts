import type { Msg } from 'nats';
import { describe, expect, it } from 'vitest';
import { createDataWriter } from '../../src/output/data-writer.js';
import type { Encoding } from '../../src/output/encoding.js';
import { createMessagePrinter, type MessageForm } from '../../src/output/message-printer.js';
import { memoryStream } from './memory-stream.js';
import { messageOf } from './message.js';

const BINARY = Uint8Array.of(0xff, 0x00, 0x41);
const timestamps = { begin: () => undefined, now: () => 'NOW' };

async function print(
  form: MessageForm,
  messages: readonly Msg[],
  { escaped = false, encoding = 'utf8' as Encoding } = {},
): Promise<Buffer> {
  const stream = memoryStream();
  const writer = createDataWriter(stream);
  const printer = createMessagePrinter(form, { timestamps, escaped, encoding });
  for (const message of messages) printer(message, writer);
  await writer.flush();
  return stream.bytes();
}

describe('raw', () => {
  it('gives the bytes and a line end', async () => {
    const printed = await print({ kind: 'raw', end: '\n' }, [
      messageOf({ body: BINARY }),
      messageOf({ headers: '\r\nA: b' }),
    ]);
    expect(printed).toEqual(Buffer.from([...BINARY, 10, 10]));
  });

  it.each([
    ['\0', [...BINARY, 0]],
    ['', [...BINARY]],
  ] as const)('ends each with %j', async (end, bytes) => {
    expect(await print({ kind: 'raw', end }, [messageOf({ body: BINARY })])).toEqual(Buffer.from(bytes));
  });

  it.each([
    ['base64', '/wBB\n'],
    ['hex', 'ff0041\n'],
  ] as const)('is written as %s', async (encoding, text) => {
    expect(String(await print({ kind: 'raw', end: '\n' }, [messageOf({ body: BINARY })], { encoding }))).toBe(text);
  });
});

describe('JSON', () => {
  const json = (form: Partial<Extract<MessageForm, { kind: 'json' }>> = {}): MessageForm => ({
    kind: 'json',
    parse: false,
    base64: false,
    parts: 'all',
    ...form,
  });

  it('has a field for each thing that is there', async () => {
    const whole = messageOf({ subject: 'a', body: 'x\n"', headers: '\r\nA: 1\r\nA: 2\r\nB: ', reply: 'r' });
    const printed = String(await print(json(), [whole, messageOf({ subject: 'a', body: BINARY })]));
    expect(printed).toBe(
      '{"subject":"a","data":"x\\n\\"","headers":{"A":["1","2"],"B":[""]},"reply":"r","time":"NOW"}\n' +
        '{"subject":"a","data_base64":"/wBB","time":"NOW"}\n',
    );
  });

  it.each([
    ['{"a": 12345678901234567890,\n\t"b":[]}', '"json":{"a": 12345678901234567890,  "b":[]}'],
    ['5', '"json":5'],
    ['"x"', '"json":"x"'],
    ['x', '"data":"x"'],
    ['', '"data":""'],
  ])('has a body that is JSON as it stands with --parse: %j', async (body, field) => {
    const printed = String(await print(json({ parse: true }), [messageOf({ body })]));
    expect(printed).toBe(`{"subject":"a.b",${field},"time":"NOW"}\n`);
    JSON.parse(printed);
  });

  it('has base64 for every body where that is asked for', async () => {
    expect(String(await print(json({ base64: true }), [messageOf({ body: 'x' })]))).toContain('"data_base64":"eA=="');
  });

  it('has what is asked for alone', async () => {
    const message = messageOf({ body: 'x', headers: '\r\nA: 1' });
    expect(String(await print(json({ parts: 'headers' }), [message]))).toBe(
      '{"subject":"a.b","headers":{"A":["1"]},"time":"NOW"}\n',
    );
    expect(String(await print(json({ parts: 'subject' }), [message]))).toBe('{"subject":"a.b","time":"NOW"}\n');
  });

  it('has headers with a name that the client refuses', async () => {
    const printed = String(await print(json(), [messageOf({ headers: '\r\nBad Name: 1\r\nŻ: 2' })]));
    expect(JSON.parse(printed)).toMatchObject({ headers: { 'Bad Name': ['1'], Ż: ['2'] } });
  });

  it('is the same JSON on a terminal, with nothing that a terminal acts on', async () => {
    const body = '{"a":\t"\u009b31m \u202e"}';
    for (const parse of [true, false]) {
      const [plain, escaped] = await Promise.all(
        [false, true].map(async (on) => String(await print(json({ parse }), [messageOf({ body })], { escaped: on }))),
      );
      expect(JSON.parse(escaped as string)).toEqual(JSON.parse(plain as string));
      expect(escaped).toMatch(/^[\x20-\x7e]*\n$/);
    }
  });
});

describe('text', () => {
  const text: MessageForm = { kind: 'text', headersOnly: false, colors: undefined };

  it('shows time, subject, reply, headers and body', async () => {
    const message = messageOf({ body: '{"a":1}', headers: '\r\nA: 1\r\nB: 2', reply: 'r' });
    expect(String(await print(text, [message, messageOf({ body: 'hello' }), messageOf({})]))).toBe(
      'NOW a.b (reply to r)\nA: 1\nB: 2\n{\n  "a": 1\n}\n\nNOW a.b\nhello\n\nNOW a.b\n\n',
    );
  });

  it('shows what the server says in place of a body', async () => {
    expect(String(await print(text, [messageOf({ headers: ' 503 No Responders' })]))).toBe(
      'NOW a.b\n503 No Responders\n\n',
    );
  });

  it('leaves bodies out', async () => {
    expect(String(await print({ ...text, headersOnly: true }, [messageOf({ body: 'x', headers: '\r\nA: 1' })]))).toBe(
      'NOW a.b\nA: 1\n\n',
    );
  });

  it('shows control characters where they would reach a terminal', async () => {
    const evil = messageOf({
      subject: 'a\u001b',
      body: '\u001b[2J\u0007',
      headers: '\r\nA\u001b: \u001b',
      reply: 'r\u001b',
    });
    expect(String(await print(text, [evil], { escaped: true }))).toBe(
      'NOW a\\e (reply to r\\e)\nA\\e: \\e\n\\e[2J\\x07\n\n',
    );
    expect(String(await print(text, [evil]))).toContain('\u001b[2J');
  });

  it('shows bytes that are no text as such', async () => {
    for (const escaped of [true, false]) {
      expect(String(await print(text, [messageOf({ body: BINARY })], { escaped }))).toBe('NOW a.b\n\\xff\\x00A\n\n');
    }
  });
});

it('prints subjects alone, behind a time where one is asked for', async () => {
  const messages = [messageOf({ subject: 'a' }), messageOf({ subject: 'b\u001b' })];
  expect(String(await print({ kind: 'subjects', end: '\n', timed: false }, messages, { escaped: true }))).toBe(
    'a\nb\\e\n',
  );
  expect(String(await print({ kind: 'subjects', end: '\0', timed: true }, messages))).toBe('NOW a\0NOW b\u001b\0');
});
