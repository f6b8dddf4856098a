import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../src/services/check-definition.js';
import { echo } from '../../src/services/echo.js';
import { greeter } from '../../src/services/greeter.js';
import { time } from '../../src/services/time.js';

const handler = () => '';
const whole = { name: 'orders', version: '1.0.0', endpoints: { new: { handler } } };
const endpoint = (more: object) => ({ ...whole, endpoints: { new: { handler, ...more } } });
const check = (value: unknown) => checkDefinition(value, './orders.ts');

describe('checkDefinition', () => {
  it.each([
    ['the least there is', whole],
    ['a version with all that semver has', { ...whole, version: '1.0.0-rc.1+build.5' }],
    ['wildcards', endpoint({ subject: 'orders.*.items.>' })],
    ['an endpoint without a queue group', endpoint({ queue: false })],
    ['durations in both forms', { ...whole, endpoints: { a: { handler, timeout: 5 }, b: { handler, timeout: '5s' } } }],
    ['greeter', greeter],
    ['echo', echo],
    ['time', time],
  ])('takes %s', (_, value) => {
    expect(check(value)).toBe(value);
  });

  const nameRule = 'a name has letters, digits, - and _ alone (ADR-32)';
  it.each<[message: string, value: unknown]>([
    ['its default export is a number, not a service', 7],
    ['its default export is null, not a service', null],
    ['its default export is a function, not a service', handler],
    ['endpoints are missing', { name: 'orders', version: '1.0.0' }],
    ['endpoints are a list', { ...whole, endpoints: [] }],
    ['endpoints are none', { ...whole, endpoints: {} }],
    [`name is missing: ${nameRule}`, { ...whole, name: undefined }],
    [`name is "my orders": ${nameRule}`, { ...whole, name: 'my orders' }],
    [`name is "a.b": ${nameRule}`, { ...whole, name: 'a.b' }],
    ['version is "1.0", not a semantic version such as 1.0.0', { ...whole, version: '1.0' }],
    ['version is "01.0.0", not a semantic version such as 1.0.0', { ...whole, version: '01.0.0' }],
    ['version is missing, not a semantic version such as 1.0.0', { ...whole, version: undefined }],
    ['description is no text', { ...whole, description: 7 }],
    ['queue is "a b": a queue group is a text without blanks', { ...whole, queue: 'a b' }],
    ['queue is false: a queue group is a text without blanks', { ...whole, queue: false }],
    ['metadata is no object with texts as values (ADR-32)', { ...whole, metadata: { a: 1 } }],
    ['start is no function', { ...whole, start: 1 }],
    ['middleware is no list of functions', { ...whole, middleware: handler }],
    [expect.stringMatching(/^queues is not known: there are name, /), { ...whole, queues: 'a' }],
    ['endpoints.new is a function, not an endpoint with a handler', { ...whole, endpoints: { new: handler } }],
    [`endpoints.a b has an invalid name: ${nameRule}`, { ...whole, endpoints: { 'a b': { handler } } }],
    ['endpoints.new.handler is missing', { ...whole, endpoints: { new: {} } }],
    ['endpoints.new.handler is no function', endpoint({ handler: 'x' })],
    [expect.stringMatching(/^endpoints\.new\.handle is not known: there are /), endpoint({ handle: handler })],
    [
      'endpoints.new.subject is "orders..new": two dots with nothing between them',
      endpoint({ subject: 'orders..new' }),
    ],
    ['endpoints.new.subject is "a.>.b": the wildcard > must be the last token', endpoint({ subject: 'a.>.b' })],
    ['endpoints.new.subject is no text', endpoint({ subject: 7 })],
    ['endpoints.new.queue is "": a queue group is a text without blanks', endpoint({ queue: '' })],
    ['endpoints.new.concurrency is 0, not a whole number from 1 on', endpoint({ concurrency: 0 })],
    [
      'endpoints.new.timeout is "5", neither milliseconds above 0 nor a duration such as \'5s\'',
      endpoint({ timeout: '5' }),
    ],
    [
      "endpoints.new.timeout is -1, neither milliseconds above 0 nor a duration such as '5s'",
      endpoint({ timeout: -1 }),
    ],
    ['endpoints.new.schema.request is of no library that has Standard Schema', endpoint({ schema: { request: {} } })],
    ['endpoints.new.schema.reply is not known: there are request, response', endpoint({ schema: { reply: {} } })],
    [
      'endpoints.b.subject is x, as that of endpoints.a',
      { ...whole, endpoints: { a: { handler, subject: 'x' }, b: { handler, subject: 'x' } } },
    ],
    [
      'endpoints.b.subject is orders.a, as that of endpoints.a',
      { ...whole, endpoints: { a: { handler }, b: { handler, subject: 'orders.a' } } },
    ],
  ])('refuses: %s', (message, value) => {
    let error: unknown;
    try {
      check(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ kind: 'usage' });
    expect((error as Error).message.slice('./orders.ts: '.length)).toEqual(message);
  });
});
