import { STAMP_BYTES, type Stamp } from './stamp.js';

/** Carries the stamp of a message whose body is given and stays as it is. */
export const STAMP_HEADER = 'Natsctl-Bench';

/** @returns the stamp as the value of the header: base64, always of the same length */
export function writeHeaderStamp(stamp: Stamp, publisher: number, sequence: number, plannedNs: number): string {
  const bytes = Buffer.alloc(STAMP_BYTES);
  stamp.write(bytes, 0, publisher, sequence, plannedNs);
  return bytes.toString('base64');
}

/** @returns undefined where there is none */
export function readHeaderStamp(value: string | undefined): Uint8Array | undefined {
  if (value === undefined || value === '') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === STAMP_BYTES ? bytes : undefined;
}
