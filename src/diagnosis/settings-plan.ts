import {
  type ConnectionFlags,
  type ConnectionPlan,
  contextFor,
  contextLeftOut,
  type DialStage,
  type Environment,
  planConnection,
  type SettingSources,
  type TraceStyle,
} from '../connection/index.js';
import { CliError } from '../errors.js';
import { type Finding, failed } from './finding.js';

/** What a diagnosis starts from. */
export interface Patient {
  readonly flags: ConnectionFlags;
  readonly env: Environment;
  readonly home: string;
  readonly trace: TraceStyle | undefined;
}

/** What may be planned of the settings, and what is wrong with them. */
export interface Prospect {
  readonly sources: SettingSources;
  readonly findings: readonly Finding[];
  /** Whose credentials and TLS files can be looked at; undefined where the settings contradict each other. */
  readonly whole: ConnectionPlan | undefined;
  /** What leads to the servers; undefined where not even their addresses are known. */
  readonly plan: ConnectionPlan | undefined;
  /** Where the settings are wrong: how far one can go without them. */
  readonly stopAt: ReadonlySet<DialStage>;
}

/** As far as one comes without TLS files and credentials. */
export const WITHOUT_FILES: ReadonlySet<DialStage> = new Set(['tls', 'login']);
const NOWHERE: ReadonlySet<DialStage> = new Set();
const NAME = 'natsctl doctor';

/** Plans the connection as every command does; where that fails, as much of it as leads to the server. */
export function planAsFarAsPossible({ flags, env, home, trace }: Patient): Prospect {
  const context = attempt(() => contextFor(flags, env, home));
  const sources: SettingSources = { flags, env, home, context: context.value };
  const plan = attempt(() => planConnection({ ...sources, name: NAME, trace }));
  const failures = [context.failure, plan.failure].filter((failure) => failure !== undefined);
  const contextFinding = context.failure === undefined ? [describeContext(sources)] : [];
  const findings = [...contextFinding, ...failures.map((failure) => failed('settings', failure))];
  if (failures.length === 0) return { sources, findings, whole: plan.value, plan: plan.value, stopAt: NOWHERE };
  // Without the context that was meant, the default server says nothing.
  const isKnown = context.failure === undefined || flags.server !== undefined || Boolean(env['NATS_URL']);
  const bare = isKnown ? attempt(() => planConnection({ ...withServerAlone(sources), name: NAME, trace })) : undefined;
  return { sources, findings, whole: plan.value, plan: bare?.value, stopAt: WITHOUT_FILES };
}

function attempt<T>(act: () => T): { readonly value: T | undefined; readonly failure: CliError | undefined } {
  try {
    return { value: act(), failure: undefined };
  } catch (error) {
    if (error instanceof CliError) return { value: undefined, failure: error };
    throw error;
  }
}

function describeContext({ flags, env, home, context }: SettingSources): Finding {
  if (context !== undefined) {
    const by = { flag: 'named by --context', environment: 'named by NATS_CONTEXT', selected: 'the selected one' };
    const message = `${context.name}, ${by[context.origin]}`;
    return { check: 'context', status: 'ok', message, facts: { context: context.name, origin: context.origin } };
  }
  const leftOut = contextLeftOut(flags, env, home);
  if (leftOut === undefined) return { check: 'context', status: 'ok', message: 'none in use' };
  const why = flags.noContext ? '--no-context' : 'a server is named';
  return {
    check: 'context',
    status: 'ok',
    message: `none in use: the selected one, ${leftOut}, is left out, since ${flags.noContext ? `${why} says so` : why}`,
    hint: `to merge it with the other settings, name it with --context ${leftOut}`,
    facts: { left_out: leftOut },
  };
}

/** The settings that lead to the server, and no others. */
function withServerAlone({ flags, env, home, context }: SettingSources): SettingSources {
  const url = context?.fields['url'];
  return {
    flags: { server: flags.server },
    env: { NATS_URL: env['NATS_URL'] },
    home,
    context: context && { ...context, fields: url === undefined ? {} : { url } },
  };
}
