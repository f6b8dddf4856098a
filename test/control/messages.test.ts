import { describe, expect, it } from 'vitest';
import { errorAnswer, parseAnswer, parseRequest } from '../../src/control/messages.js';
import { CliError, usageError } from '../../src/errors.js';

describe('parseRequest', () => {
  it.each([{ command: 'status' }, { command: 'reload' }, { command: 'stop' }, { command: 'scale', workers: 256 }])(
    'reads %j',
    (request) => {
      expect(parseRequest(JSON.stringify(request))).toEqual(request);
    },
  );

  it('leaves out what means nothing', () => {
    expect(parseRequest('{"command":"stop","workers":3,"__proto__":{"x":1}}')).toEqual({ command: 'stop' });
  });

  it.each([
    ['', 'is a line of JSON'],
    ['stop', 'is a line of JSON'],
    ['null', 'is a JSON object'],
    ['["stop"]', 'is a JSON object'],
    ['{}', 'unknown command undefined'],
    ['{"command":"constructor"}', 'unknown command "constructor"'],
    [`{"command":"${'x'.repeat(1_000)}"}`, 'unknown command "xxx'],
    ['{"command":"scale"}', '"undefined" is not a whole number from 1 to 256'],
    ['{"command":"scale","workers":0}', 'is not a whole number'],
    ['{"command":"scale","workers":257}', 'is not a whole number'],
    ['{"command":"scale","workers":1.5}', 'is not a whole number'],
    ['{"command":"scale","workers":[3,4]}', 'is not a whole number'],
  ])('refuses %.60s', (line, message) => {
    expect(() => parseRequest(line)).toThrow(message);
    expect(() => parseRequest(line)).toThrow(CliError);
  });
});

describe('parseAnswer', () => {
  it('gives the result', () => {
    expect(parseAnswer('{"result":{"replaced":3}}')).toEqual({ replaced: 3 });
  });

  it('throws the error that was thrown there', () => {
    const answer = JSON.stringify(errorAnswer(usageError('a bad file', 'look')));
    expect(() => parseAnswer(answer)).toThrow(
      expect.objectContaining({ kind: 'usage', message: 'a bad file', hint: 'look' }),
    );
    const defect = JSON.stringify(errorAnswer(new TypeError('a defect')));
    expect(() => parseAnswer(defect)).toThrow(expect.objectContaining({ kind: 'internal', message: 'a defect' }));
  });

  it.each(['', 'x', '[]', '{}', '{"result":3}', '{"result":null}'])('takes %j for no answer', (line) => {
    expect(() => parseAnswer(line)).toThrow(expect.objectContaining({ kind: 'pool' }));
  });

  it('bears an error of a kind that it does not know', () => {
    const line = '{"error":{"kind":"toString","message":"new"}}';
    expect(() => parseAnswer(line)).toThrow(
      expect.objectContaining({ kind: 'internal', message: 'new', hint: undefined }),
    );
  });
});
