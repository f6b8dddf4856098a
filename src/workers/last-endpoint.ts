import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A note that a worker keeps of the endpoint whose handler it ran last, for its supervisor to read when the worker is
 * dead: one that ran out of memory, or hangs, can tell nobody. It is a file without a name, since writing to it costs
 * about a microsecond, and is needed only where an endpoint follows another one.
 */
export interface LastEndpoint {
  /** For the worker to inherit. */
  readonly descriptor: number;
  /** @returns the endpoint's subject; undefined where the worker handled nothing */
  read(): string | undefined;
  close(): void;
}

/** A subject that is longer is cut. */
const NOTE_BYTES = 256;

let notes = 0;

/** @returns undefined where there is no folder for it: then deaths are told without it */
export function openLastEndpoint(): LastEndpoint | undefined {
  notes += 1;
  const file = join(tmpdir(), `natsctl-${process.pid}-${notes}-${crypto.randomUUID()}`);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx+', 0o600);
    unlinkSync(file);
  } catch {
    return undefined;
  }
  return {
    descriptor,
    read() {
      const note = Buffer.alloc(NOTE_BYTES);
      const length = readSync(descriptor, note, 0, NOTE_BYTES, 0);
      const subject = note.toString('utf8', 0, length).replace(/\0.*$/s, '');
      return subject === '' ? undefined : subject;
    },
    close: () => closeSync(descriptor),
  };
}

/** Gives what notes an endpoint's subject. */
export function lastEndpointWriter(descriptor: number): (subject: string) => void {
  const notes = new Map<string, Buffer>();
  return (subject) => {
    let note = notes.get(subject);
    if (note === undefined) {
      note = Buffer.alloc(NOTE_BYTES);
      note.write(subject);
      notes.set(subject, note);
    }
    writeSync(descriptor, note, 0, NOTE_BYTES, 0);
  };
}
