import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../../errors.js';

interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/** A file and a line in it, as stacks and compilers write them. */
const PLACE = /(?<![\w:])((?:file:\/\/)?(?:\/|[A-Za-z]:[/\\])[^\n():]+):(\d+)(?::\d+)?/g;
const MISSING = /Cannot find (?:module|package) ['"]([^'"]+)['"]/;

/**
 * Why a module cannot be loaded: in which file, on which line, and the reason; no stack.
 *
 * @param file the module, absolute
 * @param given as the caller wrote it
 * @param foreign whether a file is none of the user's
 */
export function explainLoadFailure(
  error: unknown,
  file: string,
  given: string,
  foreign: (file: string) => boolean,
): CliError {
  const message = error instanceof Error ? error.message : String(error);
  const missing = findMissing(error, file);
  const place = (missing && findImport(missing)) ?? findPlace(error, file, foreign);
  const where = place.file === file ? given : `${given}: ${relative(dirname(file), place.file)}`;
  const line = place.line === undefined ? '' : `, line ${place.line}`;
  const kind = error instanceof Error && !/^(?:Error|SyntaxError)$/.test(error.name) ? `${error.name}: ` : '';
  const reason = missing === undefined ? `${kind}${firstLine(message)}` : `cannot find ${missing.specifier}`;
  return new CliError('usage', `cannot load ${where}${line}: ${reason}`, {
    details: { file: place.file, line: place.line },
    hint:
      missing !== undefined && isPackage(missing.specifier)
        ? `install it: npm install ${packageOf(missing.specifier)}`
        : undefined,
    cause: error,
  });
}

/** The first line that says something: compilers put the place behind it, and Node what was required from where. */
function firstLine(message: string): string {
  const line = message.split('\n').find((text) => text.trim() !== '') ?? 'it fails without a message';
  return line.replace(/^(?:ParseError|SyntaxError): /, '').trim();
}

function findPlace(error: unknown, file: string, foreign: (file: string) => boolean): Place {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : '';
  for (const [, path = '', line] of text.matchAll(PLACE)) {
    const named = path.startsWith('file://') ? fileURLToPath(path) : path;
    if (!foreign(named)) return { file: named, line: Number(line) };
  }
  return { file, line: undefined };
}

/** An import that finds nothing, and the file that has it. */
export interface MissingImport {
  readonly specifier: string;
  readonly importer: string;
}

/** The import that made loading fail; undefined where it failed for another reason. */
export function findMissing(error: unknown, file: string): MissingImport | undefined {
  const message = error instanceof Error ? error.message : String(error);
  const specifier = MISSING.exec(message)?.[1];
  if (specifier === undefined) return undefined;
  const { requireStack } = error as { requireStack?: readonly string[] };
  const importer = / imported from (?:file:\/\/)?(.+)$/m.exec(message)?.[1];
  return { specifier, importer: importer ?? requireStack?.[0] ?? file };
}

/** Where it is imported: Node tells the file, and not the line. */
function findImport({ specifier, importer }: MissingImport): Place | undefined {
  try {
    const lines = readFileSync(importer, 'utf8').split('\n');
    const index = lines.findIndex((line) => line.includes(`'${specifier}'`) || line.includes(`"${specifier}"`));
    return { file: importer, line: index === -1 ? undefined : index + 1 };
  } catch {
    return undefined;
  }
}

function isPackage(specifier: string): boolean {
  return /^(?:@[\w.-]+\/)?[A-Za-z0-9][\w.-]*(?:\/|$)/.test(specifier) && !specifier.startsWith('node:');
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
