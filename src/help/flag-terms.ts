import type { HelpFlag, HelpFlags } from './page.js';

/** What stands for a flag's value: a flag of one name takes the same everywhere. */
const VALUE_NAMES: Readonly<Record<string, string>> = {
  'connection-name': 'NAME',
  'expect-json': 'PATH=JSON',
  'expect-match': 'REGEX',
  'inbox-prefix': 'PREFIX',
  'max-pending': 'SIZE',
  'max-queued': 'N',
  'max-requests': 'N',
  'memory-limit': 'SIZE',
  concurrency: 'N',
  context: 'NAME',
  count: 'N',
  creds: 'FILE',
  delay: 'TIME',
  description: 'TEXT',
  dump: 'DIR',
  error: 'CODE:TEXT',
  expect: 'TEXT',
  file: 'FILE',
  for: 'TIME',
  format: 'TEMPLATE',
  grace: 'TIME',
  'handler-timeout': 'TIME',
  header: 'NAME:VALUE',
  health: '[HOST:]PORT',
  host: 'HOST',
  http: '[HOST:]PORT',
  idle: 'TIME',
  instances: 'N',
  interval: 'TIME',
  jwt: 'JWT',
  log: 'text|json|off',
  nkey: 'FILE',
  password: 'TEXT',
  port: 'PORT',
  queue: 'GROUP',
  rate: 'N',
  'ready-file': 'FILE',
  reconnect: 'TIME',
  'register-ttl': 'TIME',
  repeat: 'N',
  replies: 'N|all',
  reply: 'SUBJECT',
  retries: 'N',
  seed: 'SEED',
  serve: 'SERVICE',
  server: 'URL',
  timeout: 'TIME',
  tlsca: 'FILE',
  tlscert: 'FILE',
  tlskey: 'FILE',
  token: 'TOKEN',
  user: 'NAME',
  wait: 'TIME',
  'wait-server': 'TIME',
  watchdog: 'TIME',
  workers: 'N',
};
const OF_COMPLETION: Readonly<Record<string, string>> = {
  file: 'FILE',
  directory: 'DIR',
  context: 'NAME',
  service: 'SERVICE',
  subject: 'SUBJECT',
};
/** Choices that are longer are left to the flag's sentence. */
const LONGEST_CHOICES = 20;

/** What stands for the value of a flag that takes one: `N`, `FILE`, `utf8|base64|hex`. */
function valueName(name: string, { choices, completes }: HelpFlag): string {
  const known = VALUE_NAMES[name];
  if (known !== undefined) return known;
  const listed = choices?.join('|');
  if (listed !== undefined && listed.length <= LONGEST_CHOICES) return listed;
  return OF_COMPLETION[completes ?? ''] ?? 'VALUE';
}

/** A flag as the help writes it: `-f, --file FILE`. */
export function flagTerm(name: string, flag: HelpFlag): string {
  const short = flag.alias === undefined ? '' : `-${flag.alias}, `;
  return `${short}--${name}${flag.kind === 'switch' ? '' : ` ${valueName(name, flag)}`}`;
}

/** What the help says of a flag: its sentence, and its default. */
export function flagMeaning(flag: HelpFlag): string {
  return flag.default === undefined ? flag.describe : `${flag.describe} (default: ${flag.default})`;
}

/** The flags that the help lists, by their headings in the order in which these come first; those without at the start. */
export function groupFlags(
  flags: HelpFlags,
): ReadonlyArray<readonly [heading: string, ReadonlyArray<[string, HelpFlag]>]> {
  const groups = new Map<string, Array<[string, HelpFlag]>>([['Flags:', []]]);
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.hidden) continue;
    const heading = flag.group ?? 'Flags:';
    const members = groups.get(heading) ?? [];
    members.push([name, flag]);
    groups.set(heading, members);
  }
  return [...groups].filter(([, members]) => members.length > 0);
}
