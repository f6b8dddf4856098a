/** Two digits behind the point are what a measurement over a network is good for. */
export function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
