import type { HelpFlag, HelpFlags } from './page.js';

/** What stands for a flag's value: a flag of one name takes the same everywhere. */
const VALUE_NAMES: Readonly<Record<string, string>> = {
  'connection-name': 'NAME',
  'expect-json': 'PATH=JSON',
  'expect-match': 'REGEX',
  'handler-timeout': 'TIME',
  'inbox-prefix': 'PREFIX',
  'max-pending': 'SIZE',
  'max-queued': 'N',
  'max-requests': 'N',
  'memory-limit': 'SIZE',
  'ready-file': 'FILE',
  'register-ttl': 'TIME',
  'wait-server': 'TIME',
  body: 'TEXT',
  clients: 'N',
  concurrency: 'N',
  context: 'NAME',
  count: 'N',
  creds: 'FILE',
  delay: 'TIME',
  description: 'TEXT',
  dump: 'DIR',
  duration: 'TIME',
  endpoint: 'NAME',
  error: 'CODE:TEXT',
  expect: 'TEXT',
  file: 'FILE',
  for: 'TIME',
  format: 'TEMPLATE',
  grace: 'TIME',
  header: 'NAME:VALUE',
  health: '[HOST:]PORT',
  host: 'HOST',
  http: '[HOST:]PORT',
  idle: 'TIME',
  inflight: 'N',
  instances: 'N',
  interval: 'TIME',
  jwt: 'JWT',
  log: 'text|json|off',
  messages: 'N',
  nkey: 'FILE',
  password: 'TEXT',
  port: 'PORT',
  queue: 'GROUP',
  ramp: 'A..B/TIME',
  rate: 'N',
  reconnect: 'TIME',
  repeat: 'N',
  replies: 'N|all',
  reply: 'SUBJECT',
  retries: 'N',
  runs: 'N',
  seed: 'SEED',
  serve: 'SERVICE',
  server: 'URL',
  size: 'SIZE',
  slo: 'LIMITS',
  subjects: 'N',
  subscribers: 'N',
  threads: 'N',
  timeout: 'TIME',
  tlsca: 'FILE',
  tlscert: 'FILE',
  tlskey: 'FILE',
  token: 'TOKEN',
  tolerance: 'PERCENT',
  user: 'NAME',
  wait: 'TIME',
  warmup: 'TIME',
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
