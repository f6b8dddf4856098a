import { requireContextName } from '../connection/for-contexts.js';
import { usageError } from '../errors.js';

/**
 * The name of a context that is to be made. Stricter than what is read: a name that is a hidden file, that looks like
 * a flag or a path, or that does not survive the file of the selected name, is of no use to anyone.
 *
 * @throws CliError `usage`
 */
export function requireNewContextName(name: string): string {
  requireContextName(name);
  const refuse = (reason: string): Error => usageError(`invalid context name ${JSON.stringify(name)}: ${reason}`);
  if (/^[.-]/.test(name)) throw refuse(`it starts with "${name.charAt(0)}"`);
  if (name !== name.trim()) throw refuse('it starts or ends with a blank');
  if (/\p{Cc}/u.test(name)) throw refuse('it holds a control character');
  if (name.endsWith('.json')) throw refuse('leave ".json" out');
  return name;
}
