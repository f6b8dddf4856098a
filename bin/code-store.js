'use strict';

const fs = require('node:fs');
const path = require('node:path');

/**
 * What is kept of one file: the code that V8 made of it, and the state of the file that it was made from.
 *
 * @typedef {{ readonly state: string, readonly code: Buffer }} KeptCode
 */

const NEWLINE = 10;

/** What has stood for longer is of a Node that is gone, most likely. */
const OLD_AFTER_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * Reads what {@link writeStore} wrote. V8 trusts code that it is given, and damaged code ends the process: so a store
 * holds everything twice, and nothing is taken from one whose halves differ. (Comparing costs a tenth of what loading
 * a checksum from Node would.)
 *
 * @param {string} file
 * @param {string} key what the code was made for
 * @returns {Map<string, KeptCode>} by file name; empty where the store is missing, damaged, or for another key
 */
exports.readStore = function readStore(file, key) {
  /** @type {Map<string, KeptCode>} */
  const kept = new Map();
  try {
    const bytes = fs.readFileSync(file);
    const half = bytes.subarray(0, bytes.length / 2);
    if (!half.equals(bytes.subarray(half.length))) return kept;
    const endOfHeader = half.indexOf(NEWLINE);
    const header = JSON.parse(half.toString('utf8', 0, endOfHeader));
    if (header.key !== key) return kept;
    let offset = endOfHeader + 1;
    for (const { name, state, length } of header.files) {
      kept.set(name, { state, code: half.subarray(offset, offset + length) });
      offset += length;
    }
  } catch {
    kept.clear();
  }
  return kept;
};

/**
 * Writes a store, at once whole: a reader sees the old one or the new one. Where that fails there is none, and nothing
 * is said, since it is not needed.
 *
 * @param {string} file
 * @param {string} key
 * @param {ReadonlyMap<string, KeptCode>} kept
 */
exports.writeStore = function writeStore(file, key, kept) {
  const files = [...kept].map(([name, { state, code }]) => ({ name, state, length: code.length }));
  const header = Buffer.from(`${JSON.stringify({ key, files })}\n`);
  const half = Buffer.concat([header, ...[...kept.values()].map(({ code }) => code)]);
  const unfinished = `${file}.${process.pid}.${Date.now()}`;
  try {
    fs.writeFileSync(unfinished, Buffer.concat([half, half]), { flag: 'wx', mode: 0o600 });
    fs.renameSync(unfinished, file);
    removeOld(path.dirname(file));
  } catch {
    try {
      fs.unlinkSync(unfinished);
    } catch {
      // It was never begun.
    }
  }
};

/** @param {string} folder */
function removeOld(folder) {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (Date.now() - fs.statSync(file).mtimeMs > OLD_AFTER_MS) fs.unlinkSync(file);
  }
}
