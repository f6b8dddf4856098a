/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (low + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/**
 * A row of a table: the first cell to the left, the others to the right.
 *
 * @param {readonly number[]} widths
 * @param {readonly string[]} cells
 */
export function row(widths, cells) {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
    .join('  ')
    .trimEnd();
}

/**
 * Says how many targets were missed, if any.
 *
 * @param {number} missed
 */
export function tellMissed(missed) {
  if (missed > 0) console.log(`${missed} ${missed === 1 ? 'target' : 'targets'} missed`);
}

/**
 * Reads a flag that is a whole number.
 *
 * @param {string} text
 * @param {string} name
 */
export function readCount(text, name) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) stop(`${name}: a whole number from 1 on`);
  return count;
}

/**
 * Reads `--only`.
 *
 * @template {string} T
 * @param {string | undefined} text
 * @param {readonly T[]} known
 * @returns {readonly T[]} all of them where none is named
 */
export function readChoice(text, known) {
  if (text === undefined) return known;
  for (const name of text.split(',')) {
    if (!known.some((one) => one === name)) stop(`--only: ${name} is none of ${known.join(', ')}`);
  }
  return known.filter((name) => text.split(',').includes(name));
}

/** @param {string} message @returns {never} */
export function stop(message) {
  console.error(message);
  process.exit(2);
}
