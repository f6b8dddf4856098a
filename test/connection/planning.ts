import { expect } from 'vitest';
import type { Context, ContextFiles, ContextOrigin } from '../../src/connection/context-file.js';
import { type ConnectionFlags, type ConnectionPlan, planConnection } from '../../src/connection/index.js';
import { CliError } from '../../src/errors.js';

/** What a test plans with; all else is empty. */
export interface Given {
  readonly flags?: ConnectionFlags;
  readonly env?: Readonly<Record<string, string>>;
  readonly context?: Context;
  readonly name?: string;
}

export const HOME = '/home/me';

/** The plan of flags, environment and context. */
export function plan({ flags = {}, env = {}, context, name = 'natsctl test' }: Given): ConnectionPlan {
  return planConnection({ flags, env, home: HOME, context, name });
}

/** A plan for a server, with short patience. */
export function planFor(server: string, flags: ConnectionFlags = {}): ConnectionPlan {
  return plan({ flags: { timeout: '2s', ...flags, server } });
}

/** A context that was read. */
export function contextOf(fields: Context['fields'], origin: ContextOrigin = 'flag'): Context {
  return { name: 'prod', origin, fields };
}

/** A file system of these files. */
export function filesOf(files: Readonly<Record<string, string>>): ContextFiles {
  return {
    read: (path) => files[path],
    list: (directory) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1)),
  };
}

/** The error that a call ends with; fails the test where it ends well or with a defect. */
export async function failureOf(call: () => unknown): Promise<CliError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  return expect.unreachable('it ended without an error');
}

/** All that an error shows to a person or a program, and its stack. */
export function everythingIn(error: CliError): string {
  const cause = error.cause instanceof Error ? `${error.cause.message} ${error.cause.stack}` : String(error.cause);
  return [error.message, error.hint, JSON.stringify(error.details), error.stack, cause].join('\n');
}
