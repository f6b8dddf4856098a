'use strict';

// Node has a compile cache of its own (since 22.8). It keeps what is compiled while a file loads; this one keeps what
// was compiled by the end of the run, saves two to three times as much, and serves Node 20 as well.

const fs = require('node:fs');
const { wrap } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const { readStore, writeStore } = require('./code-store.js');

/** A process that runs for longer is past its start, and what it needed for that is known. */
const STARTED_AFTER_MS = 2_000;

/** How natsctl ends where it was misused or is broken: not the way that it should start the next time. */
const FAILED = [1, 2];

/**
 * Runs a CommonJS file of a folder and what it requires there, from the code that an earlier run has left; if some of
 * that was missing or did not fit, leaves it to the next run.
 *
 * @param {string} dist the folder; its files hold ASCII only
 * @param {string} entry the file's name
 * @param {string} cacheFolder where the code is kept
 */
exports.runFromCache = function runFromCache(dist, entry, cacheFolder) {
  // V8 takes no code of another version or of other flags, so each of these has a store. So has each command: it finds
  // the functions compiled that it calls, and need not read any others.
  const key = JSON.stringify([dist, process.version, process.arch, process.execArgv, process.env['NODE_OPTIONS']]);
  const command = /^[a-z_]{1,20}$/.exec(process.argv[2] ?? '')?.[0] ?? '';
  const store = path.join(cacheFolder, `${path.parse(entry).name}-${command}-${shortHash(key)}`);
  const kept = readStore(store, key);
  /** @type {Map<string, { readonly state: string, readonly script: vm.Script }>} */
  const scripts = new Map();
  /** @type {Map<string, { exports: unknown }>} */
  const modules = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  /** @param {string} name */
  function load(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const run = compile(name).runInThisContext();
    run.call(module.exports, module.exports, requireFrom, module, path.join(dist, name), dist);
    return module.exports;
  }

  /** @param {string} id */
  function requireFrom(id) {
    return id.startsWith('./') ? load(id.slice(2)) : require(id);
  }

  /** @param {string} name */
  function compile(name) {
    const filename = path.join(dist, name);
    const { size, mtimeMs, ctimeMs } = fs.statSync(filename);
    const state = `${size} ${mtimeMs} ${ctimeMs}`;
    const found = kept.get(name);
    const script = new vm.Script(wrap(fs.readFileSync(filename, 'latin1')), {
      filename,
      cachedData: found?.state === state ? found.code : undefined,
    });
    scripts.set(name, { state, script });
    if (script.cachedDataRejected !== false) {
      // The program was built anew, or V8 was: what else is kept is old too.
      if (found !== undefined) kept.clear();
      saveLater();
    }
    return script;
  }

  function saveLater() {
    if (timer !== undefined) return;
    timer = setTimeout(save, STARTED_AFTER_MS).unref();
    process.once('exit', saveAtExit);
  }

  /** @param {number} code */
  function saveAtExit(code) {
    if (!FAILED.includes(code)) save();
  }

  function save() {
    clearTimeout(timer);
    timer = undefined;
    process.off('exit', saveAtExit);
    for (const [name, { state, script }] of scripts) kept.set(name, { state, code: script.createCachedData() });
    writeStore(store, key, kept);
  }

  load(entry);
};

/**
 * 32 bits of FNV-1a, enough for a name: the store holds the whole text too.
 *
 * @param {string} text
 */
function shortHash(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
