import type { ChalkInstance } from 'chalk';
import { escapeLine } from '../escape.js';
import { isJson } from './message-json.js';

/** Of valid JSON: a text, one of the marks, or a number or word. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** Deeper, the blanks in front would be all that is seen. */
const DEEPEST_INDENT = 40;

/**
 * JSON with a line for each value, its tokens as they stand: no digit of a large number and no double key is lost.
 *
 * @param escaped for a terminal: control characters are shown, not sent
 * @returns undefined where the text is no JSON object or array
 */
export function prettyJson(text: string, escaped: boolean, colors?: ChalkInstance): string | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return undefined;
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  let pretty = '';
  const newLine = (): string => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      depth += 1;
      pretty += next === '}' || next === ']' ? token : token + newLine();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const previous = tokens[index - 1];
      pretty += previous === '{' || previous === '[' ? token : newLine() + token;
    } else if (token === ',') pretty += token + newLine();
    else if (token === ':') pretty += ': ';
    else {
      const shown = escaped ? escapeLine(token) : token;
      pretty += colors === undefined ? shown : colored(shown, next === ':', colors);
    }
  }
  return pretty;
}

function colored(token: string, isKey: boolean, colors: ChalkInstance): string {
  if (isKey) return colors.blue(token);
  if (token.startsWith('"')) return colors.green(token);
  return token === 'null' ? colors.dim(token) : colors.yellow(token);
}
