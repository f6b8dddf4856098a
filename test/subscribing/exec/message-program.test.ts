import { describe, expect, it } from 'vitest';
import { messageVariables, withoutMessage } from '../../../src/programs/index.js';
import { argumentsFor } from '../../../src/subscribing/exec/message-arguments.js';
import { messageOf } from '../../output/message.js';

describe('the environment of a program', () => {
  it.each([
    [{ subject: 'a.b' }, { NATS_SUBJECT: 'a.b' }],
    [
      { subject: 'a', reply: '_INBOX.x' },
      { NATS_SUBJECT: 'a', NATS_REPLY: '_INBOX.x' },
    ],
    [
      { subject: 'a', headers: '\r\nX-Id: 1\r\ntrace.id: ä $(x)' },
      { NATS_SUBJECT: 'a', NATS_HEADER_X_ID: '1', NATS_HEADER_TRACE_ID: 'ä $(x)' },
    ],
    [
      { subject: 'a', headers: '\r\nA: 1\r\nA: 2\r\nA: ' },
      { NATS_SUBJECT: 'a', NATS_HEADER_A: '1,2,' },
    ],
    [
      { subject: 'a', headers: '\r\nX-A: 1\r\nX_A: 2' },
      { NATS_SUBJECT: 'a', NATS_HEADER_X_A: '1,2' },
    ],
    [
      { subject: 'a', headers: '\r\nÖ=: 1' },
      { NATS_SUBJECT: 'a', NATS_HEADER___: '1' },
    ],
    [
      { subject: 'a\0b', headers: '\r\nA: x\0y' },
      { NATS_SUBJECT: 'ab', NATS_HEADER_A: 'xy' },
    ],
  ])('has of %j %j', (parts, expected) => {
    expect(messageVariables(messageOf(parts))).toEqual(expected);
  });

  it('has nothing of the message for which natsctl itself was run', () => {
    const env = { PATH: '/bin', NATS_URL: 'x', NATS_SUBJECT: 'a', NATS_REPLY: 'b', NATS_HEADER_A: 'c' };
    expect(withoutMessage(env)).toEqual({ PATH: '/bin', NATS_URL: 'x' });
  });
});

describe('the arguments of a program', () => {
  it.each([
    [['a', 'b'], 'x.y', ['a', 'b']],
    [['{subject}', '--to={subject}', ' {subject}', '{subject}'], 'x.y', ['x.y', '--to={subject}', ' {subject}', 'x.y']],
    [['{subject}'], '$(x)', ['$(x)']],
    [['a', '{subject}'], '-rf', undefined],
    [['a', '--', '{subject}'], '-rf', ['a', '--', '-rf']],
    [['{subject}', '--', '{subject}'], '-rf', undefined],
    [['a'], '-rf', ['a']],
  ])('are of %j for the subject %j: %j', (args, subject, expected) => {
    expect(argumentsFor(args, subject)).toEqual(expected);
  });
});
