import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Tells one content of a file from another. */
export function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** As {@link digestOf}, of what is in a file now; undefined where it cannot be read. */
export function digestOfFile(file: string): string | undefined {
  try {
    return digestOf(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
