/** One replacement in the text of a dependency. */
export interface TextPatch {
  /** The text as the dependency has it, byte for byte. */
  readonly find: string;
  readonly replace: string;
  /** How often `find` must occur; default once. */
  readonly times?: number;
}

/** The replacements in one file of a dependency. */
export interface FilePatch {
  /** Path below `node_modules/`; any copy of the package matches, nested ones too. */
  readonly file: string;
  readonly why: string;
  readonly patches: readonly TextPatch[];
}

/**
 * Applies every patch of a file to its text.
 *
 * @throws Error where a text does not occur exactly as often as expected: the dependency has
 *   changed, and somebody must look whether the patch is still right.
 */
export function applyPatches(code: string, { file, why, patches }: FilePatch): string {
  let patched = code;
  for (const { find, replace, times = 1 } of patches) {
    const pieces = patched.split(find);
    const found = pieces.length - 1;
    if (found !== times) {
      throw new Error(
        `build: ${file} has ${found} of ${times} expected places of the text that is to be replaced ` +
          `(${why}); the dependency has changed, revise the patch: ${JSON.stringify(find)}`,
      );
    }
    patched = pieces.join(replace);
  }
  return patched;
}
