import type { Msg } from 'nats';
import { usageError } from '../errors.js';
import { escapeLine } from '../escape.js';
import { parseJsonPath, valueAt } from '../messages/index.js';
import { type Encoding, encodeBody } from './encoding.js';
import { readHeaders } from './message-headers.js';

/** How the values of a template are written. */
export interface TemplateOptions {
  /** For a terminal: control characters are shown, not sent. */
  readonly escaped: boolean;
  readonly encoding: Encoding;
}

/** Fills a template in for a message. */
export type MessageTemplate = (message: Msg, time: string) => string;

/** A placeholder's value as text, and as JSON. */
interface Value {
  text(message: Msg, time: string): string;
  json(message: Msg, time: string): string;
}

const PLACEHOLDER = /\{\{(.*?)\}\}/gs;
const KNOWN = 'there are: time, subject, reply, headers.NAME, data, data.PATH, and json in front of each';
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\' };

/**
 * Reads `--format`: text with `{{time}}`, `{{subject}}`, `{{reply}}`, `{{headers.NAME}}` (its first value),
 * `{{data}}`, and `{{data.PATH}}` for a value in a body that is JSON; with `json` in front, as in
 * `{{json data.order.id}}`, the value as JSON: a text with its quotes. `\n`, `\t` and `\\` are what they say. What is
 * not there is empty, and as JSON `null`.
 *
 * @throws CliError `usage` where a placeholder is unknown
 */
export function parseTemplate(template: string, { escaped, encoding }: TemplateOptions): MessageTemplate {
  const shown = (text: string): string => (escaped ? escapeLine(text) : text);
  const parts: MessageTemplate[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    parts.push(literal(template.slice(end, match.index)));
    end = match.index + match[0].length;
    const [, json, name] = /^\s*(json\s+)?(\S+)\s*$/s.exec(match[1] as string) ?? [];
    const value = name === undefined ? undefined : readValue(name, encoding, escaped);
    if (value === undefined) throw usageError(`--format: unknown placeholder ${match[0]}`, KNOWN);
    if (json !== undefined) parts.push((message, time) => shown(value.json(message, time)));
    // The body's text keeps its line ends, as everywhere.
    else if (name === 'data') parts.push(value.text);
    else parts.push((message, time) => shown(value.text(message, time)));
  }
  const rest = template.slice(end);
  if (rest.includes('{{')) throw usageError(`--format: "{{" without "}}" in ${JSON.stringify(rest)}`, KNOWN);
  parts.push(literal(rest));
  return (message, time) => parts.map((part) => part(message, time)).join('');
}

function literal(text: string): MessageTemplate {
  const written = text.replace(/\\([nt\\])/g, (_, character: string) => ESCAPES[character] as string);
  return () => written;
}

function readValue(name: string, encoding: Encoding, escaped: boolean): Value | undefined {
  if (name === 'time') return textValue((_, time) => time);
  if (name === 'subject') return textValue((message) => message.subject);
  if (name === 'reply') return textValue((message) => message.reply ?? '');
  if (name.startsWith('headers.') && name.length > 'headers.'.length) return header(name.slice('headers.'.length));
  if (name === 'data') {
    return {
      text: (message) => encodeBody(message.data, encoding, escaped),
      json: (message) => {
        const value = bodyJson(message.data);
        return value === undefined ? 'null' : JSON.stringify(value);
      },
    };
  }
  return name.startsWith('data.') ? jsonValue(name.slice('data.'.length)) : undefined;
}

function textValue(text: MessageTemplate): Value {
  return { text, json: (message, time) => JSON.stringify(text(message, time)) };
}

/** As in HTTP, the case of a header's name says nothing, unless it tells two apart. */
function header(name: string): Value {
  const lowerCase = name.toLowerCase();
  const find = (message: Msg): string | undefined => {
    const { fields = {} } = readHeaders(message);
    const exact = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return (exact ?? Object.entries(fields).find(([other]) => other.toLowerCase() === lowerCase)?.[1])?.[0];
  };
  return { text: (message) => find(message) ?? '', json: (message) => JSON.stringify(find(message) ?? null) };
}

function jsonValue(pathText: string): Value {
  const path = parseJsonPath(pathText, '--format');
  const find = (message: Msg): unknown => valueAt(bodyJson(message.data), path) ?? null;
  return {
    text(message) {
      const value = find(message);
      if (typeof value === 'string') return value;
      return value === null ? '' : JSON.stringify(value);
    },
    json: (message) => JSON.stringify(find(message)),
  };
}

/** Undefined where the body is no JSON. */
function bodyJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(encodeBody(body, 'utf8', false));
  } catch {
    return undefined;
  }
}
