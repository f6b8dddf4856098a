import { describe, expect, it } from 'vitest';
import { readEndpoints, readService } from '../../src/completion/live-subjects.js';

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

describe('readService', () => {
  const nameIn = (answer: unknown) => readService(new TextEncoder().encode(JSON.stringify(answer)));

  it('gives the name in an answer to $SRV.INFO', () => {
    expect(nameIn({ name: 'orders', description: 'sells' })).toEqual([{ text: 'orders', describe: 'sells' }]);
    expect(nameIn({ name: 'orders', description: 1 })).toEqual([{ text: 'orders' }]);
  });

  it.each([null, [], {}, { name: 1 }, { name: '' }, { name: 'a b' }, { name: 'x'.repeat(1_000) }])(
    'takes nothing from %j',
    (answer) => {
      expect(nameIn(answer)).toEqual([]);
    },
  );
});
