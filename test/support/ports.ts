const [FIRST, COUNT] = [20_000, 12_000];

/**
 * A port of 127.0.0.1 that may be in use, but not by chance later on: it is below those that the system gives away, to
 * a client that dials among others. So what listened on it can be started there again.
 */
export function randomPort(): number {
  return FIRST + Math.floor(Math.random() * COUNT);
}
