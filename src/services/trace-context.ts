import { randomBytes } from 'node:crypto';
import type { MsgHdrs } from 'nats';

/** What a request is part of, as W3C Trace Context (https://www.w3.org/TR/trace-context/) tells it from one to the next. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the handling of this request, 16 hexadecimal digits: what its calls of others have for their parent. */
  readonly spanId: string;
  /** Two hexadecimal digits. */
  readonly flags: string;
  /** What vendors add, as it came. */
  readonly state: string | undefined;
}

const PARENT = 'traceparent';
const STATE = 'tracestate';
/** Version, trace, parent, flags; a version to come may add more behind a dash. */
const PARENT_FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Of the flags those that have a meaning: sampled, random trace id. */
const KNOWN_FLAGS = 0b11;
const MOST_STATE_MEMBERS = 32;
/** Vendors and their values; of members that are empty there may be any number. */
const STATE_MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Reads the trace that a request is part of, and gives its handling a span of its own.
 *
 * @returns undefined where there is none, or it is malformed: that is to be ignored
 */
export function readTraceContext(headers: MsgHdrs, newSpanId: () => string = randomSpanId): TraceContext | undefined {
  const [parent, another] = valuesOf(headers, PARENT);
  if (parent === undefined || another !== undefined) return undefined;
  const [, version, traceId = '', parentId = '', flags = '', rest] = PARENT_FORM.exec(parent.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (isZero(traceId) || isZero(parentId)) return undefined;
  return {
    traceId,
    spanId: newSpanId(),
    flags: (Number.parseInt(flags, 16) & KNOWN_FLAGS).toString(16).padStart(2, '0'),
    state: readState(valuesOf(headers, STATE)),
  };
}

/** Makes what is sent a part of the trace: a child of the span. */
export function writeTraceContext(headers: MsgHdrs, { traceId, spanId, flags, state }: TraceContext): void {
  headers.set(PARENT, `00-${traceId}-${spanId}-${flags}`);
  if (state !== undefined) headers.set(STATE, state);
}

/** Several headers are one list; where a member is malformed the whole of it is dropped. */
function readState(values: readonly string[]): string | undefined {
  const members = values.flatMap((value) => value.split(',').map((member) => member.trim())).filter(Boolean);
  if (members.length === 0 || members.length > MOST_STATE_MEMBERS) return undefined;
  return members.every((member) => STATE_MEMBER.test(member)) ? members.join(',') : undefined;
}

/** Some clients write their headers as HTTP in Go does. */
function valuesOf(headers: MsgHdrs, name: string): readonly string[] {
  const values = headers.values(name);
  return values.length > 0 ? values : headers.values(`T${name.slice(1)}`);
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}

function randomSpanId(): string {
  const id = randomBytes(8).toString('hex');
  return isZero(id) ? randomSpanId() : id;
}
