import { describe, expect, it } from 'vitest';
import { findSubjectProblem, requireQueue, requireSubject } from '../../src/protocol/subjects.js';

const toSend = { wildcards: false };
const toSubscribe = { wildcards: true };

describe('a subject to send to', () => {
  it.each([
    'greeter',
    'greeter.greet',
    'a.b.c.d.e',
    'foo*bar',
    'foo.bar*.*baz.b*r',
    'foo>.bar',
    '>>',
    '**',
    '$SRV.PING',
    'with-dash_and_underscore',
    'grüße.welt',
    '问候.👋',
    '007',
    '-5',
    '"quoted"',
  ])('may be %j', (subject) => {
    expect(requireSubject(subject, toSend)).toBe(subject);
  });

  it.each([
    ['', 'it is empty', 0],
    [' ', 'blanks and control characters are not allowed', 1],
    ['greeter greet', 'blanks and control characters are not allowed', 8],
    ['greeter.greet ', 'blanks and control characters are not allowed', 14],
    ['a\tb', 'blanks and control characters are not allowed', 2],
    ['a.b\r\nPUB x 0', 'blanks and control characters are not allowed', 4],
    ['a\u0000', 'blanks and control characters are not allowed', 2],
    ['a\u007f', 'blanks and control characters are not allowed', 2],
    ['👋.a b', 'blanks and control characters are not allowed', 4],
    ['a..b', 'two dots with nothing between them', 3],
    ['a.b..c', 'two dots with nothing between them', 5],
    ['👋..b', 'two dots with nothing between them', 3],
    ['.a', 'it starts with a dot', 1],
    ['.', 'it starts with a dot', 1],
    ['a.', 'it ends with a dot', 2],
    ['orders.new.', 'it ends with a dot', 11],
    ['*', 'the wildcard * is for subscriptions only', 1],
    ['orders.*', 'the wildcard * is for subscriptions only', 8],
    ['orders.*.new', 'the wildcard * is for subscriptions only', 8],
    ['>', 'the wildcard > is for subscriptions only', 1],
    ['orders.>', 'the wildcard > is for subscriptions only', 8],
  ])('may not be %j: %s', (subject, reason, position) => {
    expect(findSubjectProblem(subject, toSend)).toEqual({ reason, position });
  });
});

describe('a subject to subscribe to', () => {
  it.each(['*', '>', 'orders.*', 'orders.*.new', '*.*', 'orders.>', '*.>', 'foo*bar.>'])('may be %j', (subject) => {
    expect(requireSubject(subject, toSubscribe)).toBe(subject);
  });

  it.each([
    ['>.new', 'the wildcard > must be the last token', 1],
    ['orders.>.new', 'the wildcard > must be the last token', 8],
    ['orders.>.', 'the wildcard > must be the last token', 8],
    ['*.', 'it ends with a dot', 2],
    ['*..>', 'two dots with nothing between them', 3],
    ['* >', 'blanks and control characters are not allowed', 2],
  ])('may not be %j: %s', (subject, reason, position) => {
    expect(findSubjectProblem(subject, toSubscribe)).toEqual({ reason, position });
  });
});

describe('requireSubject', () => {
  it('refuses with the subject, the reason and the position', () => {
    expect(() => requireSubject('a..b', toSend)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'invalid subject "a..b": two dots with nothing between them (character 3)',
      }),
    );
  });

  it('names no position in an empty subject', () => {
    expect(() => requireSubject('', toSend)).toThrow(
      expect.objectContaining({ kind: 'usage', message: 'invalid subject "": it is empty' }),
    );
  });
});

describe('requireQueue', () => {
  it.each(['greeters', 'my.group', 'a*', '>', 'grüße'])('takes %j', (queue) => {
    expect(requireQueue(queue)).toBe(queue);
  });

  it.each([
    ['', '--queue: a queue group needs a name'],
    [
      'my group',
      '--queue: invalid queue group "my group": blanks and control characters are not allowed (character 3)',
    ],
    ['👋 b', '--queue: invalid queue group "👋 b": blanks and control characters are not allowed (character 2)'],
    ['q\r\n', '--queue: invalid queue group "q\\r\\n": blanks and control characters are not allowed (character 2)'],
  ])('refuses %j', (queue, message) => {
    expect(() => requireQueue(queue)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});
