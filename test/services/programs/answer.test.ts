import { describe, expect, it } from 'vitest';
import { idInFront, readAnswer } from '../../../src/services/programs/answer.js';

/** What of an answer a test compares. */
function read(line: string): unknown {
  const answer = readAnswer(Buffer.from(line));
  switch (answer.kind) {
    case 'reply': {
      const { data, headers } = answer.reply;
      const fields =
        headers === undefined ? {} : { headers: headers.keys().map((name) => [name, headers.values(name)]) };
      return {
        id: answer.id,
        body: Buffer.from(data).toString('latin1'),
        ...fields,
        ...(answer.isLast ? {} : { more: 1 }),
      };
    }
    case 'error': {
      const { code, message, data } = answer.error;
      return { id: answer.id, code, message, ...(data === undefined ? {} : { data: String(data) }) };
    }
    case 'malformed':
      return { id: answer.id, malformed: answer.reason };
    case 'stray':
      return { stray: answer.reason };
  }
}

describe('a line of a co-process', () => {
  it.each([
    ['{"id":1}', { id: 1, body: '' }],
    ['{"id":1,"data":"a"}', { id: 1, body: 'a' }],
    [' {"data":"a", "id" : 7 }\r', { id: 7, body: 'a' }],
    ['{"id":1,"data_base64":"/w=="}', { id: 1, body: '\xff' }],
    ['{"id":1,"json":{"a":[1, null]}}', { id: 1, body: '{"a":[1, null]}' }],
    ['{"id":1,"json":12345678901234567890}', { id: 1, body: '12345678901234567890' }],
    ['{"id":1,"json":null}', { id: 1, body: 'null' }],
    ['{"id":1,"data":"a","more":true}', { id: 1, body: 'a', more: 1 }],
    ['{"id":1,"data":"a","more":false}', { id: 1, body: 'a' }],
    [
      '{"id":1,"headers":{"A":["1","2"],"B":"3"}}',
      {
        id: 1,
        body: '',
        headers: [
          ['A', ['1', '2']],
          ['B', ['3']],
        ],
      },
    ],
    ['{"id":1,"error":{"code":404,"message":"no"}}', { id: 1, code: 404, message: 'no' }],
    ['{"id":1,"error":{"code":404,"message":"no"},"data":"x"}', { id: 1, code: 404, message: 'no', data: 'x' }],
    ['{"id":1,"error":null,"data":"x"}', { id: 1, body: 'x' }],
    ['{"id":1,"what":"ever"}', { id: 1, body: '' }],
    ['{"id":1,"data":5}', { id: 1, malformed: '"data" is not a string' }],
    ['{"id":1,"data":"a","json":1}', { id: 1, malformed: '"data" and "json" exclude each other' }],
    ['{"id":1,"data_base64":"?"}', { id: 1, malformed: '"data_base64" is not base64' }],
    ['{"id":1,"headers":[]}', { id: 1, malformed: '"headers" is not an object' }],
    ['{"id":1,"headers":{"A":1}}', { id: 1, malformed: 'header "A" is neither text nor a list of it' }],
    [
      '{"id":1,"headers":{"A":"1\\r\\nB: 2"}}',
      { id: 1, malformed: expect.stringContaining('header "A" cannot be sent') },
    ],
    ['{"id":1,"more":1}', { id: 1, malformed: '"more" is neither true nor false' }],
    ['{"id":1,"error":"no"}', { id: 1, malformed: '"error" has no whole number as "code"' }],
    ['{"id":1,"error":{"code":"404","message":"no"}}', { id: 1, malformed: '"error" has no whole number as "code"' }],
    ['{"id":1,"error":{"code":404}}', { id: 1, malformed: '"error" has no text as "message"' }],
    ['{"data":"a"}', { stray: 'the line has no "id"' }],
    ['{"id":"1"}', { stray: '"id" is not a whole number' }],
    ['{"id":1.5}', { stray: '"id" is not a whole number' }],
    ['{"id":null}', { stray: '"id" is not a whole number' }],
    ['hello', { stray: 'the line is not a JSON object' }],
    ['{"id":1', { stray: 'the line is not JSON' }],
    ['', { stray: 'the line is not a JSON object' }],
    ['[1]', { stray: 'the line is not a JSON object' }],
    ['5', { stray: 'the line is not a JSON object' }],
  ])('%s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it('has to be valid UTF-8', () => {
    expect(readAnswer(Buffer.from('{"id":1,"data":"\xff"}', 'latin1'))).toEqual({
      kind: 'stray',
      reason: 'the line is not valid UTF-8',
    });
  });
});

it.each([
  ['{"id":12,"data":"aaa', 12],
  [' { "id" : 12 , "data":"aaa', 12],
  ['{"id":12', undefined],
  ['{"id":"12","data', undefined],
  ['{"data":"aaa', undefined],
  ['aaa', undefined],
])('finds the id in front of %s: %s', (start, id) => {
  expect(idInFront(Buffer.from(start))).toBe(id);
});
