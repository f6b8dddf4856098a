import type { Plugin } from 'rolldown';

/** A plugin that fails the build where a chunk holds more than ASCII: the launcher reads a byte a character. */
export function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        const at = output.type === 'chunk' ? output.code.search(/[^\0-\x7f]/) : -1;
        if (at !== -1) this.error(`${output.fileName} has a character beyond ASCII at offset ${at}`);
      }
    },
  };
}
