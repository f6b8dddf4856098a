import { defineConfig } from 'natsctl';

/** Where to connect, and as whom, is in NATS_URL and NATS_CREDS. */
export default defineConfig({
  health: '0.0.0.0:8080',
  log: 'json',
  waitServer: '1m',
  pools: {
    orders: {
      service: './orders.ts',
      workers: 2,
      concurrency: 64,
      maxQueued: 1000,
      memoryLimit: '256MB',
      grace: '20s',
    },
  },
});
