'use strict';

const fs = require('node:fs');
const path = require('node:path');

/**
 * The folder for compiled code in the user's own cache: `$XDG_CACHE_HOME/natsctl`, else `~/.cache/natsctl`, or where
 * NODE_COMPILE_CACHE says. It is made where it is missing.
 *
 * Whoever can write there decides what natsctl runs. So a folder of somebody else's, or one that others may write to,
 * is not used, and none is made in somebody else's home, which is where `sudo` may leave HOME.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined} undefined where there is no such folder, or no cache is wanted
 */
exports.findCacheFolder = function findCacheFolder(env) {
  // Coverage counts no function that comes out of a cache.
  if (env['NODE_DISABLE_COMPILE_CACHE'] || env['NODE_V8_COVERAGE']) return undefined;
  const base = findBase(env);
  if (base === undefined) return undefined;
  const folder = path.join(base, 'natsctl');
  try {
    const stats = statOf(folder) ?? make(folder);
    return stats?.isDirectory() && isOurs(stats) && isClosedToOthers(stats) ? folder : undefined;
  } catch {
    return undefined;
  }
};

/** @param {Readonly<Record<string, string | undefined>>} env */
function findBase({ NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME, USERPROFILE }) {
  if (NODE_COMPILE_CACHE) return path.resolve(NODE_COMPILE_CACHE);
  // The XDG specification: a path that is not absolute is to be ignored.
  if (XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  const home = HOME || USERPROFILE;
  return home && path.isAbsolute(home) ? path.join(home, '.cache') : undefined;
}

/** @param {string} file */
function statOf(file) {
  return fs.statSync(file, { throwIfNoEntry: false });
}

/**
 * Makes a folder in one that is ours, with what is missing in between. (Node's own way, `recursive`, does not end where
 * a file system takes no folders, such as /proc.)
 *
 * @param {string} folder
 * @returns {fs.Stats | undefined}
 */
function make(folder) {
  const parent = path.dirname(folder);
  const above = statOf(parent) ?? make(parent);
  if (above === undefined || !isOurs(above)) return undefined;
  try {
    fs.mkdirSync(folder, 0o700);
  } catch (error) {
    // Another natsctl that started with this one may have been first.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  return statOf(folder);
}

/** @param {fs.Stats} stats */
function isOurs(stats) {
  // Windows keeps a user's folders to that user by itself.
  return process.getuid === undefined || stats.uid === process.getuid();
}

/** @param {fs.Stats} stats */
function isClosedToOthers(stats) {
  return process.getuid === undefined || (stats.mode & 0o022) === 0;
}
