import { headers as createHeaders, type MsgHdrs } from 'nats';
import { describe, expect, it } from 'vitest';
import { readTraceContext, writeTraceContext } from '../../src/services/trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SPAN = 'b7ad6b7169203331';

function headersOf(...pairs: readonly (readonly [string, string])[]): MsgHdrs {
  const headers = createHeaders();
  for (const [name, value] of pairs) headers.append(name, value);
  return headers;
}

const read = (headers: MsgHdrs) => readTraceContext(headers, () => SPAN);
const readParent = (parent: string) => read(headersOf(['traceparent', parent]));
const readState = (...states: readonly string[]) =>
  read(headersOf(['traceparent', `00-${TRACE}-${PARENT}-01`], ...states.map((state) => ['tracestate', state] as const)))
    ?.state;

describe('readTraceContext', () => {
  it.each([
    [`00-${TRACE}-${PARENT}-01`, '01'],
    [`00-${TRACE}-${PARENT}-00`, '00'],
    [`00-${TRACE}-${PARENT}-03`, '03'],
    // Flags that have no meaning yet are not handed on.
    [`00-${TRACE}-${PARENT}-ff`, '03'],
    [` 00-${TRACE}-${PARENT}-01 `, '01'],
    // A version to come.
    [`cc-${TRACE}-${PARENT}-01`, '01'],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-holds`, '01'],
  ])('reads %j', (parent, flags) => {
    expect(readParent(parent)).toEqual({ traceId: TRACE, spanId: SPAN, flags, state: undefined });
  });

  it.each([
    '',
    'nonsense',
    '00-a-b-01',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01.more`,
    `cc-${TRACE}-${PARENT}-01.more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}0-${PARENT}-01`,
    `00-${TRACE}-${PARENT.slice(1)}-01`,
    `00-${TRACE}-${PARENT}-0g`,
    `00-${TRACE}-${PARENT}-01,00-${TRACE}-${PARENT}-01`,
  ])('ignores %j', (parent) => {
    expect(readParent(parent)).toBeUndefined();
  });

  it('ignores more than one parent, and a state without any', () => {
    const parent = ['traceparent', `00-${TRACE}-${PARENT}-01`] as const;
    expect(read(headersOf(parent, parent))).toBeUndefined();
    expect(read(headersOf(['tracestate', 'shop=1']))).toBeUndefined();
  });

  it('reads the names as some clients in Go write them', () => {
    const headers = headersOf(['Traceparent', `00-${TRACE}-${PARENT}-01`], ['Tracestate', 'shop=1']);
    expect(read(headers)).toMatchObject({ traceId: TRACE, state: 'shop=1' });
  });

  it.each([
    [['shop=1'], 'shop=1'],
    [['shop=1', 'bank@a=x y'], 'shop=1,bank@a=x y'],
    [['shop=1 ,, bank=2,'], 'shop=1,bank=2'],
    [[''], undefined],
    [['shop'], undefined],
    [['shop=1,Bank=2'], undefined],
    [['shop=a=b'], undefined],
    [['shop=\u00e9'], undefined],
    [[Array.from({ length: 32 }, (_, index) => `a${index}=1`).join()], expect.stringMatching(/^a0=1,.*,a31=1$/)],
    [[Array.from({ length: 33 }, (_, index) => `a${index}=1`).join()], undefined],
  ])('makes of the states %j: %j', (states, expected) => {
    expect(readState(...states)).toEqual(expected);
  });

  it('gives each request a span of its own', () => {
    const headers = headersOf(['traceparent', `00-${TRACE}-${PARENT}-01`]);
    const spans = new Set(Array.from({ length: 100 }, () => readTraceContext(headers)?.spanId));
    expect(spans.size).toBe(100);
    for (const span of spans) expect(span).toMatch(/^[0-9a-f]{16}$/);
  });
});

it('a call is a child of the span', () => {
  const headers = createHeaders();
  writeTraceContext(headers, { traceId: TRACE, spanId: SPAN, flags: '01', state: 'shop=1' });
  expect(headers.get('traceparent')).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(headers.get('tracestate')).toBe('shop=1');
});
