import type { FilePatch } from './text-patch.js';

const FUNCTION_IN_PAKO = (name: string): string => `catch (error) {
        return !!pako ? pako.${name} : () => { throw new Error('pako library is mandatory for encoding/deconding on the browser side'); };
    }`;

/** What the package has for browsers is left out of the program. */
export const HDR_PATCHES: readonly FilePatch[] = [
  {
    file: 'hdr-histogram-js/dist/JsHistogram.encoding.js',
    why: 'Node has zlib; pako, which is for browsers, is larger than all else in the package',
    patches: [
      { find: 'const pako = require("pako");', replace: 'const zlib = require("node:zlib");' },
      ...['deflate', 'inflate'].map((name) => ({
        find: `try {
        return eval('require("zlib").${name}Sync');
    }
    ${FUNCTION_IN_PAKO(name)}`,
        replace: `return zlib.${name}Sync;`,
      })),
    ],
  },
];
