import { stat } from 'node:fs/promises';
import type { SecretSource } from '../connection/index.js';
import type { Check, Finding } from './finding.js';

/** Read or write for a group or for everybody. */
const OF_OTHERS = 0o077;

/** Warns of a file with a secret that others on this machine may read; says nothing of one that cannot be read. */
export async function checkFileMode(check: Check, secret: SecretSource): Promise<readonly Finding[]> {
  // Windows has no such bits.
  if (secret.kind !== 'file' || process.platform === 'win32') return [];
  const mode = await stat(secret.path).then(
    (stats) => (stats.isFile() ? stats.mode & 0o777 : 0),
    () => 0,
  );
  if ((mode & OF_OTHERS) === 0) return [];
  const octal = mode.toString(8).padStart(4, '0');
  return [
    {
      check,
      status: 'warning',
      message: `others on this machine may use ${secret.label}: its mode is ${octal}`,
      hint: `chmod 600 ${secret.label}`,
      facts: { file: secret.label, mode: octal },
    },
  ];
}
