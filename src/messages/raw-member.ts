/** A string, a bracket, or what separates; what is between is a number or a word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]/g;

/**
 * The text of a member's value in a JSON object, as it stands there: so no digit of a large number is lost.
 *
 * @param text valid JSON of an object
 * @returns undefined where there is no such member; where there are more, the last, as `JSON.parse` has it
 */
export function rawMember(text: string, name: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let key: string | undefined;
  let valueStart: number | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === ':' && depth === 1) valueStart = index + 1;
    else if (token === ']' || token === '}' || token === ',') {
      const ends = token === ',' ? depth === 1 : depth === 1 && token === '}';
      if (ends && valueStart !== undefined) {
        if (key === name) found = text.slice(valueStart, index).trim();
        valueStart = undefined;
      }
      if (token !== ',') depth -= 1;
    } else if (depth === 1 && valueStart === undefined) key = JSON.parse(token) as string;
  }
  return found;
}
