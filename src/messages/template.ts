import { nuid } from 'nats/lib/nats-base-client/nuid.js';
import { usageError } from '../errors.js';

/** What the placeholders of one message stand for. */
export interface TemplateValues {
  /** Of the message, counted from 1. */
  readonly count: number;
  /** The body of the request that is answered; absent where there is none. */
  readonly request?: Uint8Array;
}

/** Fills a template in for a message. */
export type BodyTemplate = (values: TemplateValues) => Uint8Array;

type Part = (values: TemplateValues) => Uint8Array | string;

const PLACEHOLDER = /\{\{\s*(.*?)\s*\}\}/gs;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LONGEST_RANDOM = 64 * 1024 * 1024;

/** The placeholders of the `nats` command. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['Count', ({ count }) => String(count)],
  ['Cnt', ({ count }) => String(count)],
  ['Time', () => kitchenTime(new Date())],
  ['TimeStamp', () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')],
  ['Unix', () => String(Math.floor(Date.now() / 1_000))],
  ['UnixNano', () => `${BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1_000))}000`],
  ['ID', () => nuid.next()],
]);

/**
 * Reads a text with the placeholders of the `nats` command: `{{Count}}`, `{{Time}}` (`3:04PM`), `{{TimeStamp}}`
 * (RFC 3339, in UTC), `{{Unix}}`, `{{UnixNano}}`, `{{ID}}`, `{{Random MIN MAX}}` (so many letters and digits), and in
 * a reply `{{Request}}`, byte for byte.
 *
 * @param hasRequest whether there is a request to stand for `{{Request}}`
 * @throws CliError `usage` where a placeholder is unknown
 */
export function parseBodyTemplate(template: string, hasRequest = false): BodyTemplate {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const text = template.slice(end, match.index);
    end = match.index + match[0].length;
    parts.push(() => text, readPlaceholder(match[0], match[1] as string, hasRequest));
  }
  const rest = template.slice(end);
  parts.push(() => rest);
  return (values) => {
    const pieces = parts.map((part) => part(values));
    return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
  };
}

function readPlaceholder(text: string, name: string, hasRequest: boolean): Part {
  const known = PARTS.get(name);
  if (known !== undefined) return known;
  if (name === 'Request' && hasRequest) return ({ request = new Uint8Array(0) }) => request;
  const [, least, most] = /^Random\s+(\d+)\s+(\d+)$/.exec(name) ?? [];
  if (least !== undefined && Number(least) <= Number(most) && Number(most) <= LONGEST_RANDOM) {
    return () => randomText(Number(least), Number(most));
  }
  const names = [...PARTS.keys()].filter((one) => one !== 'Cnt').concat('Random MIN MAX', hasRequest ? 'Request' : []);
  throw usageError(`--templates: unknown placeholder ${text}`, `there are: ${names.join(', ')}`);
}

function randomText(least: number, most: number): string {
  const length = least + Math.floor(Math.random() * (most - least + 1));
  let text = '';
  for (let index = 0; index < length; index++) text += LETTERS[Math.floor(Math.random() * LETTERS.length)];
  return text;
}

/** The time of day as the `nats` command has it, such as `3:04PM`. */
function kitchenTime(now: Date): string {
  const hours = now.getHours();
  return `${hours % 12 || 12}:${String(now.getMinutes()).padStart(2, '0')}${hours < 12 ? 'AM' : 'PM'}`;
}
