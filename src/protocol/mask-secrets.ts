const SECRETS = new Set(['pass', 'auth_token', 'jwt', 'sig', 'nkey']);

/** An operation for a trace: a CONNECT with its secrets left out, any other as it is. */
export function maskSecrets(operation: string): string {
  const [, word, json] = /^(connect)\s*(.*)$/is.exec(operation) ?? [];
  if (word === undefined || json === undefined) return operation;
  try {
    // As JSON, since a secret may be written in many ways, and so may its name.
    const mask = (name: string, value: unknown): unknown => (SECRETS.has(name.toLowerCase()) ? '[masked]' : value);
    return `${word} ${JSON.stringify(JSON.parse(json, mask))}`;
  } catch {
    return `${word} [cannot be read]`;
  }
}
