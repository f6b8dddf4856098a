const UNITS: ReadonlyArray<readonly [seconds: number, unit: string]> = [
  [365 * 86_400, 'y'],
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
];

/** A span of time as nats-server writes it: `1d2h0m4s`, the units before the first that counts left out. */
export function uptimeOf(start: Date, end: Date): string {
  let rest = Math.max(0, Math.floor((end.getTime() - start.getTime()) / 1_000));
  let text = '';
  for (const [seconds, unit] of UNITS) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (text !== '' || amount > 0 || unit === 's') text += `${amount}${unit}`;
  }
  return text;
}
