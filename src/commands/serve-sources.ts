import { basename } from 'node:path';
import { usageError } from '../errors.js';
import { findProgram } from '../programs/index.js';
import { requireSubject } from '../protocol/subjects.js';
import {
  findSource,
  type ProgramSource,
  requireServiceName,
  type ServiceSource,
  serviceNameOf,
} from '../services/index.js';
import { requireOperands } from './command.js';

/** The flags that say what is served. */
export interface SourceFlags {
  readonly exec: boolean;
  readonly stdio: boolean;
  readonly subject: readonly string[];
  readonly name: string | undefined;
}

/** Where services are looked for. */
export interface SourcePlace {
  /** The folders of programs. */
  readonly path: string | undefined;
  /** What the path of a module starts from. */
  readonly folder: string;
}

const PROGRAM_USAGE = 'write natsctl serve --exec --subject SUBJECT -- CMD ARGS, or --stdio in place of --exec';

/**
 * Chooses what is served: services by their names and paths, or a program.
 *
 * @param services what stands before `--`
 * @param program what stands after it
 * @throws CliError `usage` where flags exclude each other, or one means nothing without another; where there is no such
 *   service, or no such program
 */
export function chooseServices(
  flags: SourceFlags,
  services: readonly string[],
  program: readonly string[],
  place: SourcePlace,
): readonly ServiceSource[] {
  const { exec, stdio, subject, name } = flags;
  if (exec && stdio) throw usageError('--exec and --stdio exclude each other', PROGRAM_USAGE);
  if (exec || stdio) return [chooseProgram(exec ? 'exec' : 'stdio', flags, services, program, place)];
  if (program.length > 0) {
    throw usageError('a program after -- needs --exec or --stdio', PROGRAM_USAGE);
  }
  if (subject.length > 0) throw usageError('--subject goes with --exec or --stdio', PROGRAM_USAGE);
  if (name !== undefined) throw usageError('--name goes with --exec or --stdio', PROGRAM_USAGE);
  requireOperands(services.slice(0, 1), ['SERVICE']);
  return services.map((service) => findSource(service, place.folder));
}

function chooseProgram(
  kind: ProgramSource['kind'],
  { subject: subjects, name }: SourceFlags,
  [service]: readonly string[],
  [command, ...args]: readonly string[],
  { path }: SourcePlace,
): ProgramSource {
  if (service !== undefined) {
    throw usageError(`--${kind} serves a program, and no service ${JSON.stringify(service)} beside it`, PROGRAM_USAGE);
  }
  if (command === undefined) throw usageError(`--${kind}: the program is missing`, PROGRAM_USAGE);
  if (subjects.length === 0) throw usageError(`--${kind}: --subject is missing`, PROGRAM_USAGE);
  for (const [index, subject] of subjects.entries()) {
    requireSubject(subject, { wildcards: true });
    if (subjects.indexOf(subject) < index) throw usageError(`--subject: ${subject} is given twice`);
  }
  return {
    kind,
    name: name === undefined ? serviceNameOf(basename(command)) : requireServiceName(name, '--name'),
    subjects,
    program: findProgram(command, args, path),
  };
}
