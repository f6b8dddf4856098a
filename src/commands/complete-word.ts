import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type Candidate,
  findLiveServices,
  findLiveSubjects,
  readWord,
  SHELLS,
  type Shell,
  writeCandidates,
} from '../completion/live.js';
import type { ConnectionPlan } from '../connection/index.js';
import { parseDuration } from '../units.js';
import { type Flag, type FlagValues, readFlags } from './flags.js';
import { type GlobalFlags, globalFlags } from './global-flags.js';

/** Who presses a key waits no longer than this for a server or a pool, where the environment says nothing else. */
const PATIENCE_MS = 300;
const PATIENCE_VARIABLE = 'NATSCTL_COMPLETION_TIMEOUT';

/**
 * Answers a shell's completion script: `natsctl __complete context|subject|live-service|pool bash|zsh|fish`, the words of
 * the line up to the cursor on stdin with a NUL after each. They come that way because a password may be among them,
 * and arguments are there for every user of the machine to read. bash puts two before them: what its own last word
 * keeps and what it replaces.
 *
 * @param args what follows `__complete`
 * @returns the candidates as the script reads them, none where anything is amiss: whoever presses a key asked for no
 *   error
 */
export async function completeWord(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const [kind, shellName] = args;
    const shell = SHELLS.find((name) => name === shellName);
    if (shell === undefined) return '';
    const typed = readFileSync(0, 'utf8').split('\0').slice(0, -1);
    const [head = '', piece = ''] = shell === 'bash' ? typed.splice(0, 2) : [];
    let candidates: readonly Candidate[] = [];
    if (kind === 'context' && !takesNoContext(typed)) candidates = contextNames(env);
    else if (kind === 'subject') candidates = await findLiveSubjects(await planOf(typed, shell, env), patienceMs(env));
    else if (kind === 'live-service')
      candidates = await findLiveServices(await planOf(typed, shell, env), patienceMs(env));
    else if (kind === 'pool') candidates = await poolNames(env);
    return writeCandidates(candidates, shell, { head, piece });
  } catch {
    return '';
  }
}

/** Of the subcommands of context, those that take no name. */
const NAMELESS: ReadonlySet<string> = new Set(['ls', 'list', 'l', 'unselect', 'previous', '-']);

function takesNoContext([, command = '', subcommand = '']: readonly string[]): boolean {
  return (command === 'context' || command === 'ctx') && NAMELESS.has(subcommand);
}

function contextNames(env: NodeJS.ProcessEnv): readonly Candidate[] {
  const configHome = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return readdirSync(join(configHome, 'nats', 'context'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ text: file.slice(0, -'.json'.length) }));
}

function patienceMs(env: NodeJS.ProcessEnv): number {
  const text = env[PATIENCE_VARIABLE];
  return text ? parseDuration(text, PATIENCE_VARIABLE) : PATIENCE_MS;
}

async function poolNames(env: NodeJS.ProcessEnv): Promise<readonly Candidate[]> {
  const { findPools, namesOfPool, ownPlace } = await import('../control/index.js');
  const pools = await findPools({ place: ownPlace(env), patienceMs: patienceMs(env), warn: () => undefined });
  return pools.flatMap((pool) => namesOfPool(pool).map((text) => ({ text, describe: `pid ${pool.pid}` })));
}

/** The connection that the line says. @throws where a word that decides on it is not known, CliError where it is wrong */
async function planOf(typed: readonly string[], shell: Shell, env: NodeJS.ProcessEnv): Promise<ConnectionPlan> {
  const words = wordsOf(typed, shell, env);
  const { planFromFlags } = await import('./connection-plan.js');
  return planFromFlags(connectionFlags(words), env, 'natsctl completion');
}

/** The words as the program would see them. fish has read them already. @throws where only the shell can tell */
function wordsOf(typed: readonly string[], shell: Shell, env: NodeJS.ProcessEnv): readonly string[] {
  if (shell === 'fish') return typed;
  return typed.map((raw) => {
    const word = readWord(raw, env);
    if (word === undefined) throw new Error(`only ${shell} knows what ${raw} stands for`);
    return word.text;
  });
}

/**
 * The global flags on a line that is not finished. The flags of the commands are not looked at, which would take their
 * modules: a value of theirs that reads `--server` is taken for the flag.
 */
export function connectionFlags(words: readonly string[]): GlobalFlags {
  const end = words.indexOf('--');
  const before = end === -1 ? words : words.slice(0, end);
  const names: Record<string, readonly [name: string, flag: Flag]> = {};
  for (const [name, flag] of Object.entries<Flag>(globalFlags)) {
    names[`--${name}`] = [name, flag];
    if (flag.alias !== undefined) names[`-${flag.alias}`] = [name, flag];
  }
  const given: Record<string, string | true> = {};
  for (let index = 0; index < before.length; index++) {
    const [, spelling = '', joined] = /^(--?[^=]+)(?:=([\s\S]*))?$/.exec(before[index] ?? '') ?? [];
    const [name, flag] = names[spelling] ?? [];
    if (name === undefined) continue;
    if (flag?.kind === 'switch') given[name] = true;
    else {
      const value = joined ?? before[++index];
      if (value !== undefined) given[name] = value;
    }
  }
  return readFlags(given, globalFlags) as FlagValues<typeof globalFlags>;
}
