import type { Socket } from 'node:net';

/** What came over a socket: a line, without its end, or why there is none. */
export type OneLine = { readonly line: string } | { readonly problem: 'closed' | 'too_long' | 'too_late' };

export interface LineOptions {
  readonly mostBytes: number;
  /** Undefined: it may take as long as it likes. */
  readonly patienceMs?: number | undefined;
}

const NEWLINE = 0x0a;

/** Reads one line, UTF-8, and nothing behind it. Never rejects: a socket that fails is closed. */
export function readLine(socket: Socket, { mostBytes, patienceMs }: LineOptions): Promise<OneLine> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (outcome: OneLine): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
      resolve(outcome);
    };
    const timer = patienceMs === undefined ? undefined : setTimeout(() => settle({ problem: 'too_late' }), patienceMs);
    const onData = (chunk: Buffer): void => {
      const end = chunk.indexOf(NEWLINE);
      const piece = end === -1 ? chunk : chunk.subarray(0, end);
      chunks.push(piece);
      bytes += piece.length;
      if (bytes > mostBytes) settle({ problem: 'too_long' });
      else if (end !== -1) settle({ line: Buffer.concat(chunks).toString('utf8') });
    };
    const onEnd = (): void => settle({ problem: 'closed' });
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
  });
}
