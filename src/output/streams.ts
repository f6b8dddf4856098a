import type { Writable } from 'node:stream';
import type { ChalkInstance } from 'chalk';
import type { CliError } from '../errors.js';
import { escapeLine, escapeText } from '../escape.js';
import { createDataWriter, type DataWriter } from './data-writer.js';

/** A stream to write to, of which it is known whether a person reads it. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The global flags that say how to write. */
export interface OutputStyle {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** `--no-color` was not given. */
  readonly color: boolean;
}

/** Where a command writes: data to stdout; all else to stderr, there as JSON lines with `--json`. */
export interface Output {
  readonly style: OutputStyle;
  /** Whether a person reads stdout: a message's control characters are then escaped. */
  readonly dataIsForTerminal: boolean;
  /** Whether a person reads stderr, and no flag forbids a spinner. */
  readonly mayAnimate: boolean;
  /** Writes data as it is. Resolves when the stream has taken it, so that a slow reader slows the writer. */
  data(bytes: Uint8Array | string): Promise<void>;
  /** Writes many small pieces of data in few large ones; one for a command. */
  writer(): DataWriter;
  /** The colours for data; none where no terminal shows it. */
  dataColors(): Promise<ChalkInstance | undefined>;
  /** Writes one JSON object as a line of data. */
  record(object: object): Promise<void>;
  /** Tells a person what goes on, unless `--quiet`. */
  notice(message: string): void;
  /** Like a notice, but of something amiss. */
  warn(message: string): void;
  /** Tells what only `--verbose` asks for. */
  detail(message: string): void;
  /** Writes a line of a log as it is. */
  log(line: string | Uint8Array): void;
  /** Writes the error that ends the program. */
  error(error: CliError): Promise<void>;
}

export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to colour what goes to `stream`: it follows the terminal, then `NO_COLOR` (https://no-color.org),
 * `FORCE_COLOR` and `--no-color`, the last of these the strongest.
 */
export function wantsColor(stream: OutputStream, style: OutputStyle, env: OutputStreams['env']): boolean {
  if (!style.color || style.json) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Loads the colours only where something will be coloured: a pipe does not pay for them. */
async function loadColors(enabled: boolean): Promise<ChalkInstance | undefined> {
  if (!enabled) return undefined;
  const { Chalk } = await import('chalk');
  return new Chalk({ level: 1 });
}

export function createOutput(style: OutputStyle, { stdout, stderr, env }: OutputStreams): Output {
  const tell = (level: 'info' | 'warn', message: string): void => {
    stderr.write(style.json ? `${JSON.stringify({ level, message })}\n` : `${escapeLine(message)}\n`);
  };
  const data = (bytes: Uint8Array | string): Promise<void> =>
    new Promise((resolve, reject) => {
      stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  return {
    style,
    dataIsForTerminal: stdout.isTTY === true,
    // Where nobody gave a terminal its size it has 0 columns: ora would take away lines for ever.
    mayAnimate: stderr.isTTY === true && stderr.columns !== 0 && !style.json && !style.quiet && env['TERM'] !== 'dumb',
    data,
    writer: () => createDataWriter(stdout),
    dataColors: () => loadColors(wantsColor(stdout, style, env)),
    record: (object) => data(`${JSON.stringify(object)}\n`),
    notice(message) {
      if (!style.quiet) tell('info', message);
    },
    warn(message) {
      if (!style.quiet) tell('warn', style.json ? message : `warning: ${message}`);
    },
    detail(message) {
      if (style.verbose) tell('info', message);
    },
    log(line) {
      stderr.write(line);
    },
    async error(error) {
      if (style.json) {
        stderr.write(`${JSON.stringify(errorObject(error, style.verbose))}\n`);
        return;
      }
      const colors = await loadColors(wantsColor(stderr, style, env));
      const label = colors ? colors.red('error:') : 'error:';
      stderr.write(`${label} ${escapeLine(error.message)}\n`);
      const hint = error.hint === undefined ? undefined : escapeLine(error.hint);
      if (hint !== undefined) stderr.write(`${colors ? colors.dim(hint) : hint}\n`);
      if (style.verbose && error.stack !== undefined) stderr.write(`${escapeText(error.stack)}\n`);
    },
  };
}

/** The JSON form of an error: `kind` and `message`, then its details. */
function errorObject(error: CliError, withStack = false): object {
  const { kind, message, hint, details } = error;
  return { error: { kind, message, hint, ...details, ...(withStack ? { stack: error.stack } : {}) } };
}
