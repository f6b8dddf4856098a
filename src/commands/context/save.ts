import { parseContextFile } from '../../connection/for-contexts.js';
import {
  EMPTY_CONTEXT,
  formatContext,
  maskAddresses,
  mergeFields,
  namedFields,
  requireNewContextName,
} from '../../contexts/index.js';
import { type ContextScope, warnOfProblems } from './subcommand.js';

/** What would have been taken from the environment by the `nats` command. */
const CREDENTIAL_VARIABLES = ['NATS_CREDS', 'NATS_NKEY', 'NATS_JWT', 'NATS_USER', 'NATS_TOKEN'] as const;

/** The context that another starts from, perhaps itself. */
interface Base {
  readonly name: string;
  readonly text: string;
}

/**
 * Saves a context with what the flags name over what it has.
 *
 * @param base what it starts from; undefined for nothing
 * @throws CliError `usage`
 */
export async function saveContext(name: string, base: Base | undefined, scope: ContextScope): Promise<number> {
  const { store, flags, global, home, output } = scope;
  if (store.find(name) === undefined) requireNewContextName(name);
  const before = base === undefined ? EMPTY_CONTEXT : parseContextFile(base.text, base.name);
  const named = namedFields(global, { home, cwd: process.cwd() });
  const described = flags.description === undefined ? named : { ...named, description: flags.description };
  const { fields, replaced } = mergeFields(before, described, name);
  const text = formatContext(fields);
  store.write(name, text);
  if (flags.select) store.select(name);
  output.notice(`saved context ${name}: ${maskAddresses(String(fields['url']))}${flags.select ? ', selected' : ''}`);
  if (replaced.length > 0) output.notice(`it no longer has ${replaced.map((field) => `"${field}"`).join(', ')}`);
  if (base === undefined) warnOfVariables(scope);
  await warnOfProblems(name, text, scope);
  return 0;
}

/** A variable is meant for the commands that run with it, and its secret for their server: it is not saved. */
function warnOfVariables({ env, global, output }: ContextScope): void {
  const hasCredentials = [global.creds, global.nkey, global.jwt, global.user, global.token].some(Boolean);
  const server = global.server === undefined ? ['NATS_URL'] : [];
  const credentials = hasCredentials ? [] : CREDENTIAL_VARIABLES;
  for (const variable of [...server, ...credentials]) {
    if (env[variable]) output.warn(`${variable} is set, and is not saved: what is to be saved is named by flags`);
  }
}
