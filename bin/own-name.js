'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const root = path.join(__dirname, '..');

/**
 * What this package's own names stand for, for a module that is served: file by name.
 *
 * @type {ReadonlyMap<string, string>}
 */
const files = readOwnFiles();

function readOwnFiles() {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  /** @type {Map<string, string>} */
  const own = new Map();
  for (const [name, target] of Object.entries(manifest.exports)) {
    const file = typeof target === 'string' ? target : target.default;
    own.set(path.posix.join(manifest.name, name), path.join(root, file));
  }
  return own.set(manifest.name, path.join(__dirname, 'running-library.js'));
}

exports.files = files;

/**
 * A hook for Node's resolution of modules, see `module.register` and `module.registerHooks`.
 *
 * @template Context, Result
 * @param {string} specifier
 * @param {Context} context
 * @param {(specifier: string, context: Context) => Result} next
 */
exports.resolve = function resolve(specifier, context, next) {
  const file = files.get(specifier);
  return file === undefined ? next(specifier, context) : { url: pathToFileURL(file).href, shortCircuit: true };
};

/** Has Node resolve the names so from now on, in this process. */
exports.install = function install() {
  const nodeModule = /** @type {any} */ (require('node:module'));
  // Of Node 22.15 and later: for import and require() alike, without a thread.
  if (typeof nodeModule.registerHooks === 'function') {
    nodeModule.registerHooks({ resolve: exports.resolve });
    return;
  }
  nodeModule.register(pathToFileURL(__filename));
  const resolveFilename = nodeModule._resolveFilename;
  nodeModule._resolveFilename = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    return files.get(request) ?? Reflect.apply(resolveFilename, this, [request, ...rest]);
  };
};
