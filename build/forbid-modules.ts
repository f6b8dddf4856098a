import type { Plugin } from 'rolldown';

/** A plugin that fails the build where the output holds a module that is to stay out of it. */
export function forbidModules(forbidden: readonly RegExp[]): Plugin {
  return {
    name: 'forbid-modules',
    generateBundle(_options, bundle) {
      const found = Object.values(bundle)
        .flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []))
        .map((id) => id.replaceAll('\\', '/'))
        .filter((id) => forbidden.some((pattern) => pattern.test(id)));
      if (found.length > 0) {
        this.error(`these modules must not be in the bundle:\n  ${found.join('\n  ')}`);
      }
    },
  };
}
