/**
 * Where a text stops being JSON, as far as Node tells; not what stands there, which may be a secret.
 *
 * @param error what `JSON.parse` threw
 * @returns such as `see line 3 of it`
 */
export function placeInJson(error: unknown, text: string): string | undefined {
  const position = / at position (\d+)/.exec((error as Error).message)?.[1];
  return position === undefined ? undefined : `see line ${text.slice(0, Number(position)).split('\n').length} of it`;
}
