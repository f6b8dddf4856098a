import type { Readable } from 'node:stream';

export interface WaitForLineOptions {
  /** Which of the matching lines, counted from the program's start; 1 is the first. */
  readonly nth?: number;
  /** How long to wait for it, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
}

/** What a program has written to one of its streams so far. */
export interface CapturedOutput {
  bytes(): Buffer;
  text(): string;
  /** The complete lines, without their ends. */
  lines(): string[];
  /** The match of the nth line that fits, past or to come; rejects at the time-out or the stream's end. */
  waitForLine(pattern: RegExp, options?: WaitForLineOptions): Promise<RegExpExecArray>;
}

/** Collects everything that the stream gives. */
export function captureOutput(stream: Readable): CapturedOutput {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));

  const bytes = () => Buffer.concat(chunks);
  const text = () => bytes().toString('utf8');
  const lines = () => text().split('\n').slice(0, -1);

  function waitForLine(pattern: RegExp, { nth = 1, timeoutMs = 20_000 }: WaitForLineOptions = {}) {
    const find = () =>
      lines()
        .map((line) => pattern.exec(line))
        .filter((match) => match !== null)
        .at(nth - 1);
    return new Promise<RegExpExecArray>((resolve, reject) => {
      const fail = (reason: string) => {
        settle();
        reject(new Error(`${reason} without line ${nth} of ${pattern}; it wrote:\n${text()}`));
      };
      const look = () => {
        const match = find();
        if (match === undefined) return;
        settle();
        resolve(match);
      };
      const onEnd = () => fail('the program closed the stream');
      const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        stream.off('data', look);
        stream.off('close', onEnd);
      };
      stream.on('data', look);
      stream.on('close', onEnd);
      look();
      if (stream.closed) onEnd();
    });
  }

  return { bytes, text, lines, waitForLine };
}
