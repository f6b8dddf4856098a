import { connect } from '../../connection/index.js';
import {
  type Answer,
  type Answers,
  askServices,
  type Identity,
  isServiceName,
  nobodyError,
  type Question,
  type Target,
} from '../../discovery/index.js';
import { usageError } from '../../errors.js';
import { untilSignal } from '../../lifecycle/index.js';
import { escapeForLog, escapeJson, type Output, startSpinner } from '../../output/index.js';
import { findSubjectProblem } from '../../protocol/subjects.js';
import type { CommandScope, SubcommandPage } from '../command.js';
import { planFromFlags } from '../connection-plan.js';
import type { Flags } from '../flags.js';

/** The flags of all subcommands; each says which are its own. */
export const serviceFlags = {
  watch: { kind: 'switch', alias: 'w', describe: 'Once a second, with rates, until Ctrl-C', group: 'Of stats:' },
  instances: { kind: 'value', describe: 'How many have to answer', default: '1', group: 'Of wait:' },
  for: { kind: 'value', describe: 'How long they may take', default: '30s', group: 'Of wait:' },
} as const satisfies Flags;

/** What a subcommand runs in: the operands are those behind its name. */
export type ServiceScope = CommandScope<typeof serviceFlags>;

/** A subcommand of `natsctl service`. */
export interface Subcommand extends SubcommandPage {
  /** Names of the operands: those that must be there, then those that may. */
  readonly takes: readonly [required: readonly string[], optional: readonly string[]];
  run(scope: ServiceScope): Promise<number>;
}

/** The definitions of some flags, for the page of a subcommand: there they need no heading. */
export function flagsOf(...names: ReadonlyArray<keyof typeof serviceFlags>): Flags {
  return Object.fromEntries(
    names.map((name) => {
      const { group: _, ...flag } = serviceFlags[name];
      return [name, flag];
    }),
  );
}

/** Reads NAME and ID. @throws CliError `usage` where no service may have that name, or no instance that id */
export function targetOf([name, id]: readonly string[]): Target {
  if (name !== undefined && !isServiceName(name)) {
    throw usageError(
      `invalid name of a service ${JSON.stringify(name)}`,
      'it has letters, digits, "-" and "_"; natsctl service ls lists those that are there',
    );
  }
  if (id !== undefined && (id.includes('.') || findSubjectProblem(id, { wildcards: false }) !== undefined)) {
    throw usageError(`invalid id of an instance ${JSON.stringify(id)}`, 'natsctl service ping lists the instances');
  }
  return { name, id };
}

/**
 * Asks once, over a connection of its own, and hands on the answers.
 *
 * @returns the exit code
 * @throws CliError as {@link askServices} does, and `no_responders` where there is no answer that can be read
 */
export function askOnce<T extends Identity>(
  { operands, global, env, output }: ServiceScope,
  question: Question<T>,
  print: (answers: ReadonlyArray<Answer<T>>) => Promise<void>,
): Promise<number> {
  const target = targetOf(operands);
  const plan = planFromFlags(global, env, 'natsctl service');
  const work = async (): Promise<void> => {
    const spinner = startSpinner(output, 'waiting for services to answer');
    const connection = await connect(plan).catch((error: unknown) => {
      spinner.stop();
      throw error;
    });
    try {
      const { answers, unreadable } = await askServices(connection, question, target, plan);
      spinner.stop();
      warnOfUnreadable(output, question.verb, unreadable);
      if (answers.length === 0) throw nobodyError(target, connection.server());
      await print(answers);
    } finally {
      spinner.stop();
      await connection.close();
    }
  };
  return untilSignal(work, async () => undefined);
}

/** Says that there were answers that are none. */
export function warnOfUnreadable(output: Output, verb: string, unreadable: Answers<never>['unreadable']): void {
  if (unreadable === undefined) return;
  const { count, problem } = unreadable;
  const many = count === 1 ? 'an answer' : `${count} answers`;
  const which = count === 1 ? '' : 'of the first: ';
  output.warn(`${many} to $SRV.${verb} cannot be read as ADR-32 says: ${which}${escapeForLog(problem)}`);
}

/** Writes a report: objects a line each with `--json`, else lines of text. */
export async function printReport(output: Output, objects: readonly object[], text: readonly string[]): Promise<void> {
  const lines = output.style.json ? objects.map((object) => jsonLine(output, object)) : text;
  await output.data(lines.map((line) => `${line}\n`).join(''));
}

/** What strangers say of themselves must not reach a terminal as it is, in JSON neither. */
function jsonLine(output: Output, object: object): string {
  const json = JSON.stringify(object);
  return output.dataIsForTerminal ? escapeJson(json) : json;
}
