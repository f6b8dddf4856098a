import {
  type ConnectionFlags,
  checkFiles,
  connect,
  type Environment,
  parseContext,
  planConnection,
  type TraceStyle,
} from '../connection/index.js';
import { CliError } from '../errors.js';

/** What a context is checked with. */
export interface CheckScope {
  /** What `env://NAME` and `$NAME` in it stand for; no variable takes the place of what it says. */
  readonly env: Environment;
  readonly home: string;
  /** Connects with it as well, with the patience that these flags give; undefined to leave every server alone. */
  readonly connectWith?: Pick<ConnectionFlags, 'timeout' | 'waitServer' | 'connectionName'> | undefined;
  /** Shows what is said on that connection; undefined or left out: does not. */
  readonly trace?: TraceStyle | undefined;
}

/**
 * What keeps a context from being of use: that it is malformed or holds what natsctl does not support, that its files
 * are missing or of another form, and, where asked for, that there is no connection with it.
 *
 * @param text of its file
 * @returns none where all is well
 */
export async function checkContext(name: string, text: string, scope: CheckScope): Promise<readonly CliError[]> {
  try {
    const plan = planConnection({
      flags: scope.connectWith ?? {},
      env: {},
      variables: scope.env,
      home: scope.home,
      context: { name, origin: 'flag', fields: parseContext(text, name) },
      name: `natsctl context ${name}`,
      trace: scope.trace,
    });
    const problems = await checkFiles(plan);
    if (problems.length > 0 || scope.connectWith === undefined) return problems;
    const connection = await connect(plan);
    await connection.close();
    return [];
  } catch (error) {
    if (error instanceof CliError) return [error];
    throw error;
  }
}
