/**
 * What of a message's subject stands for the wildcards of the subject that an endpoint listens to, in their order;
 * for `>` all the rest.
 */
export function captureTokens(pattern: string, subject: string): readonly string[] {
  const captured: string[] = [];
  const tokens = subject.split('.');
  for (const [index, token] of pattern.split('.').entries()) {
    if (token === '*') captured.push(tokens[index] ?? '');
    else if (token === '>') captured.push(tokens.slice(index).join('.'));
  }
  return captured;
}
