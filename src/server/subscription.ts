import type { Client } from './client.js';

/** A client's interest in a subject. */
export interface Subscription {
  readonly client: Client;
  readonly subject: string;
  readonly queue: string | undefined;
  readonly sid: string;
  /** `sid ` as it stands in a MSG line. */
  readonly sidBytes: Buffer;
  delivered: number;
  /** It ends after so many messages; 0 for never. */
  max: number;
}
