import manifest from '../package.json' with { type: 'json' };

/** The version of this package. The build inlines the string alone, not the rest of `package.json`. */
export const VERSION: string = manifest.version;
