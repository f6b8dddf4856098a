import { type ContextFields, parseContextFile, parseServerList } from '../connection/for-contexts.js';
import { usageError } from '../errors.js';
import { KINDS } from './merge-fields.js';

/**
 * Reads the text of a context that a person has written. What natsctl does not support may be in it: the file is the
 * `nats` command's too.
 *
 * @throws CliError `usage` where neither could use it: no JSON object, a wrong type or address, two kinds of credentials
 */
export function requireUsable(text: string, name: string): ContextFields {
  const fields = parseContextFile(text, name);
  if (fields['url']) parseServerList(String(fields['url']), `context ${name}`);
  const kinds = KINDS.map(([field]) => field).filter((field) => fields[field]);
  if (kinds.length > 1) {
    const names = kinds.map((field) => `"${field}"`).join(' and ');
    throw usageError(`context ${name}: ${names} exclude each other`, 'keep one kind of credentials');
  }
  return fields;
}
