import { outputStyle } from '../../src/commands/global-flags.js';
import { parseCommandLine } from '../../src/commands/parse.js';
import { createOutput } from '../../src/output/streams.js';
import { memoryStream } from '../output/memory-stream.js';
import { createTempDir } from '../support/guardian.js';

/** What a command has written, and how it ended. */
export interface CommandResult {
  readonly stdout: ReturnType<typeof memoryStream>;
  readonly stderr: ReturnType<typeof memoryStream>;
  /** The exit code, where it did not throw. */
  readonly code: number | undefined;
  readonly error: unknown;
}

/** Runs a command in this process, with streams of its own and no environment but an empty home. */
export async function runCommand(argv: readonly string[], { onTerminal = false } = {}): Promise<CommandResult> {
  const invocation = await parseCommandLine(argv, 80);
  if (invocation.kind !== 'run') throw new Error(`not to run, but ${invocation.kind}`);
  const { command, operands, afterDashes, flags, global } = invocation;
  const stdout = memoryStream(onTerminal);
  const stderr = memoryStream();
  const output = createOutput(outputStyle(global), { stdout, stderr, env: {} });
  const env = { HOME: createTempDir('home') };
  const ended = await command.run({ operands, afterDashes, flags, global, output, env }).then(
    (code) => ({ code, error: undefined }),
    (error: unknown) => ({ code: undefined, error }),
  );
  return { stdout, stderr, ...ended };
}
