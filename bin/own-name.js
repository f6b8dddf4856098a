'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

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
 * Hears of each file that a module's name stands for, before the file is read.
 *
 * @type {((file: string) => void) | undefined}
 */
let tellFile;

/** @param {string} url */
function tellUrl(url) {
  if (tellFile !== undefined && url.startsWith('file:')) tellFile(fileURLToPath(url));
}

/**
 * A hook for Node's resolution of modules, see `module.register` and `module.registerHooks`.
 *
 * @template {{ url: string } | Promise<{ url: string }>} Result
 * @param {string} specifier
 * @param {unknown} context
 * @param {(specifier: string, context: any) => Result} next
 */
exports.resolve = function resolve(specifier, context, next) {
  const own = files.get(specifier);
  if (own !== undefined) return { url: pathToFileURL(own).href, shortCircuit: true };
  const result = next(specifier, context);
  if (result instanceof Promise) return result.then(tellOf);
  return tellOf(result);
};

/**
 * @template {{ url: string }} Result
 * @param {Result} result
 */
function tellOf(result) {
  tellUrl(result.url);
  return result;
}

/**
 * Called by Node in the thread of the hooks, where `module.register` starts one.
 *
 * @param {{ port: import('node:worker_threads').MessagePort } | undefined} data
 */
exports.initialize = function initialize(data) {
  if (data !== undefined) tellFile = (file) => data.port.postMessage(file);
};

/**
 * Has Node resolve the names so from now on, in this process.
 *
 * @param {(file: string) => void} [tell] hears of each file that is about to be loaded; of some, twice
 * @returns {() => void} has those told that are still on their way
 */
exports.install = function install(tell) {
  tellFile = tell;
  const nodeModule = /** @type {any} */ (require('node:module'));
  // Of Node 22.15 and later: for import and require() alike, without a thread.
  if (typeof nodeModule.registerHooks === 'function') {
    nodeModule.registerHooks({ resolve: exports.resolve });
    return () => undefined;
  }
  const flush = registerThread(nodeModule, tell);
  const resolveFilename = nodeModule._resolveFilename;
  nodeModule._resolveFilename = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
    const own = files.get(request);
    if (own !== undefined) return own;
    const file = Reflect.apply(resolveFilename, this, [request, ...rest]);
    if (path.isAbsolute(file)) tellFile?.(file);
    return file;
  };
  return flush;
};

/**
 * @param {any} nodeModule
 * @param {((file: string) => void) | undefined} tell
 */
function registerThread(nodeModule, tell) {
  const url = pathToFileURL(__filename);
  if (tell === undefined) {
    nodeModule.register(url);
    return () => undefined;
  }
  const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  port1.on('message', tell);
  port1.unref();
  nodeModule.register(url, { data: { port: port2 }, transferList: [port2] });
  return () => {
    for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1)) {
      tell(next.message);
    }
  };
}
