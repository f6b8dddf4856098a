import { describe, expect, it } from 'vitest';
import { readEndpoints } from '../../src/completion/live-subjects.js';

const read = (answer: unknown) => readEndpoints(new TextEncoder().encode(JSON.stringify(answer)));

describe('readEndpoints', () => {
  it('gives the subjects of an answer to $SRV.INFO, and whose they are', () => {
    const endpoints = [{ name: 'new', subject: 'orders.new' }, { subject: 'orders.*' }];
    expect(read({ name: 'orders', description: 'sells', endpoints })).toEqual([
      { text: 'orders.new', describe: 'orders: sells' },
      { text: 'orders.*', describe: 'orders: sells' },
    ]);
  });

  it.each([null, 1, [], {}, { endpoints: {} }, { endpoints: [null, 1, {}, { subject: 1 }, { subject: 'a b' }] }])(
    'takes nothing from %j',
    (answer) => {
      expect(read(answer)).toEqual([]);
    },
  );

  it('takes nothing from what is no JSON', () => {
    expect(readEndpoints(new Uint8Array([0xff]))).toEqual([]);
  });
});
