import { setTimeout as pause } from 'node:timers/promises';
import { defineService } from 'natsctl';

/** Stands in for work that takes a while. */
const WORK_MS = 20;

export default defineService({
  name: 'orders',
  version: '1.0.0',
  description: 'Takes orders',
  endpoints: {
    place: {
      async handler({ json }) {
        const { item, workMs = WORK_MS } = json<{ readonly item: string; readonly workMs?: number }>();
        // Without the request's signal: that aborts where the worker is drained, and an order in hand is to be taken.
        await pause(workMs);
        return { item, taken: true };
      },
    },
  },
});
