/** Unique among all instances of a service, with letters and digits alone, as a subject's token must be. */
export function createInstanceId(): string {
  return crypto.randomUUID().replaceAll('-', '').toUpperCase();
}
