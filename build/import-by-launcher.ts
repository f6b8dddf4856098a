import type { Plugin } from 'rolldown';
import { parseSync, Visitor } from 'rolldown/utils';

const IMPORT = 'import';
const CALLEE = 'require("../bin/import-module.js")';

/**
 * A plugin that makes each `import()` left in a chunk a call of the launcher's own: of Node's modules, and of a path
 * that is known at run time. See bin/import-module.js.
 */
export function importByLauncher(): Plugin {
  return {
    name: 'import-by-launcher',
    renderChunk(code, { fileName }) {
      const starts: number[] = [];
      const visitor = new Visitor({ ImportExpression: ({ start }) => void starts.push(start) });
      visitor.visit(parseSync(fileName, code).program);
      if (starts.length === 0) return null;
      const pieces = [0, ...starts.map((start) => start + IMPORT.length)].map((from, index) =>
        code.slice(from, starts[index]),
      );
      return { code: pieces.join(CALLEE), map: null };
    },
  };
}
