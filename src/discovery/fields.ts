/** Reads what a stranger may have written, and says what is amiss in it. */

/** What is wrong with an answer; the message may hold pieces of it, and is for {@link escapeForLog}. */
export class Unreadable extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

/** Longer than any name that is meant well. */
const LONGEST_NAME = 256;
const LONGEST_TEXT = 16_384;

/** @param what it is, for the problem */
export function readFields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable(`${what} is no object`);
  return value as Fields;
}

/** A text that has to be there. */
export function readName(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value !== 'string' || value === '') throw new Unreadable(`${field} is missing`);
  if (value.length > LONGEST_NAME) throw new Unreadable(`${field} has ${value.length} characters`);
  return value;
}

/** A text that may be missing. */
export function readText(fields: Fields, field: string): string {
  const value = fields[field] ?? '';
  if (typeof value !== 'string') throw new Unreadable(`${field} is no text`);
  if (value.length > LONGEST_TEXT) throw new Unreadable(`${field} has ${value.length} characters`);
  return value;
}

/** How many, or how long. */
export function readAmount(fields: Fields, field: string): number {
  const value = fields[field];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new Unreadable(`${field} is ${value === undefined ? 'missing' : 'no amount'}`);
  }
  return value;
}

/** Go writes a list without members as null. */
export function readList<T>(fields: Fields, field: string, read: (member: Fields) => T): readonly T[] {
  const value = fields[field] ?? [];
  if (!Array.isArray(value)) throw new Unreadable(`${field} is no list`);
  return value.map((member, index) => read(readFields(member, `${field}[${index}]`)));
}

/** Texts by name. */
export function readMetadata(fields: Fields): Readonly<Record<string, string>> {
  const entries = Object.entries(readFields(fields['metadata'] ?? {}, 'metadata'));
  for (const [key, value] of entries) {
    if (typeof value !== 'string') throw new Unreadable(`metadata: ${key} is no text`);
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}
