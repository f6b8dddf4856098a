import { accessSync, constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Msg } from 'nats';
import { systemReason, usageError } from '../errors.js';
import { type MessagePrinter, type Output, tellSummary } from '../output/index.js';
import { dumpFileName, nextDumpNumber } from './dump-file-name.js';
import type { MessageSink } from './message-sink.js';

export interface DumpOptions {
  /** Made where there is none. */
  readonly directory: string;
  /** What stands in a file. */
  readonly print: MessagePrinter;
  /** With its dot. */
  readonly extension: string;
  readonly output: Output;
}

/** As with the `nats` command: what a message says is for the user alone to read. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Writes each message to a file of its own, numbered on from what is there. No file is written over, and no symbolic
 * link followed: a number that another program takes meanwhile is passed over.
 *
 * @throws CliError `usage` where the folder cannot be made, read or written to
 */
export function createDumpSink({ directory, print, extension, output }: DumpOptions): MessageSink {
  const failure = (error: unknown): Error => {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is no folder' : systemReason(error as Error);
    return usageError(`--dump: cannot write to ${directory}: ${why}`);
  };
  let number: number;
  try {
    mkdirSync(directory, { recursive: true, mode: FOLDER_MODE });
    accessSync(directory, constants.W_OK | constants.X_OK);
    number = nextDumpNumber(readdirSync(directory));
  } catch (error) {
    throw failure(error);
  }
  let files = 0;
  const create = (subject: string, content: Uint8Array): void => {
    for (;;) {
      const path = join(directory, dumpFileName(number, subject, extension));
      number += 1;
      try {
        writeFileSync(path, content, { flag: 'wx', mode: FILE_MODE });
        files += 1;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        // A part of a message would pass for a whole one.
        rmSync(path, { force: true });
        throw failure(error);
      }
    }
  };
  return {
    // A call that blocks is faster than one that is waited for, and holds the server back as well.
    take: (message) => create(message.subject, contentOf(message, print)),
    async end() {
      const text = `${files} ${files === 1 ? 'message' : 'messages'} written to ${directory}`;
      tellSummary(output, text, { files, directory });
    },
  };
}

function contentOf(message: Msg, print: MessagePrinter): Uint8Array {
  const pieces: Uint8Array[] = [];
  print(message, {
    write(piece) {
      pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
    },
  });
  return Buffer.concat(pieces);
}
