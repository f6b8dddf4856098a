import type { Plugin } from 'rolldown';
import { applyPatches, type FilePatch } from './text-patch.js';

/** True where the module is this file of this package, in whichever `node_modules` it lies. */
function isPatchOf(moduleId: string, patch: FilePatch): boolean {
  return moduleId.replaceAll('\\', '/').endsWith(`/node_modules/${patch.file}`);
}

/**
 * A plugin that replaces texts in dependencies while they are bundled.
 *
 * The build fails where a text is not found as often as expected, and where a file is not met
 * exactly once: an update of a dependency cannot undo a patch in silence.
 */
export function patchDependencies(patches: readonly FilePatch[]): Plugin {
  const met = new Map<FilePatch, string[]>();
  return {
    name: 'patch-dependencies',
    buildStart() {
      met.clear();
    },
    transform: {
      filter: { id: /[\\/]node_modules[\\/]/ },
      handler(code, id) {
        const patch = patches.find((candidate) => isPatchOf(id, candidate));
        if (patch === undefined) return null;
        met.set(patch, [...(met.get(patch) ?? []), id]);
        return { code: applyPatches(code, patch), map: null };
      },
    },
    buildEnd(error) {
      if (error !== undefined) return;
      for (const patch of patches) {
        const copies = met.get(patch)?.length ?? 0;
        if (copies !== 1) {
          this.error(`${patch.file} is in the bundle ${copies} times, not once (${patch.why}); revise the patch`);
        }
      }
    },
  };
}
