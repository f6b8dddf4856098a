'use strict';

// CommonJS, as all in this folder: Node starts it 1 to 5 ms sooner than a module. Until the version is checked nothing
// newer than ES2015 may stand here.

/**
 * Runs one of the programs in dist/.
 *
 * @param {'cli' | 'worker'} program
 */
exports.launch = function launch(program) {
  if (!isSupported(process.versions.node)) {
    return fail(`natsctl needs Node.js 20.19, 22.12 or 24 and later; this is ${process.version}`);
  }
  const { existsSync } = require('node:fs');
  const { join } = require('node:path');
  const dist = join(__dirname, '..', 'dist');
  const entry = `${program}.cjs`;
  try {
    // What tells the version is so small that reading a cache takes longer than to compile it.
    const cacheFolder =
      process.argv[2] === '--version' ? undefined : require('./cache-folder.js').findCacheFolder(process.env);
    if (cacheFolder === undefined) require(join(dist, entry));
    else require('./code-cache.js').runFromCache(dist, entry, cacheFolder);
  } catch (error) {
    if (existsSync(join(dist, entry))) throw error;
    fail('natsctl is not built: run `npm run build`');
  }
};

/**
 * Whether `engines` in package.json allows this Node. (23 is not tested, but has what 22.12 has.)
 *
 * @param {string} version
 */
function isSupported(version) {
  const numbers = version.split('.').map(Number);
  const major = numbers[0] || 0;
  const minor = numbers[1] || 0;
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major > 22;
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
