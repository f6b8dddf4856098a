import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineService, ServiceError, type ServiceRequest } from '../../src/index.js';

interface Order {
  readonly id: number;
}

describe('defineService', () => {
  it('gives back what it was given', () => {
    const definition = { name: 'a', version: '1.0.0', endpoints: { a: { handler: () => '' } } };
    expect(defineService(definition)).toBe(definition);
  });

  it('lets TypeScript know what handlers get and give', () => {
    defineService({
      name: 'orders',
      version: '1.0.0',
      context: async () => ({ prices: new Map<string, number>() }),
      start: ({ context }) => void expectTypeOf(context.prices).toEqualTypeOf<Map<string, number>>(),
      endpoints: {
        schemas: {
          schema: {
            request: z.object({ id: z.string().transform(Number) }),
            response: z.object({ ok: z.boolean() }),
          },
          handler: async ({ json, context }) => {
            expectTypeOf(json()).toEqualTypeOf<{ id: number }>();
            expectTypeOf(context.prices).toEqualTypeOf<Map<string, number>>();
            return { ok: true };
          },
        },
        failing: {
          handler({ json }): never {
            throw new ServiceError(400, 'not called', { data: json() });
          },
        },
        none: {
          handler(request) {
            expectTypeOf(request.json()).toEqualTypeOf<unknown>();
            expectTypeOf(request.json<Order>()).toEqualTypeOf<Order>();
            expectTypeOf(request.tokens).toEqualTypeOf<readonly string[]>();
            const order: Order = { id: 1 };
            return order;
          },
        },
        stream: {
          async *handler({ signal }) {
            yield signal.aborted;
            yield 'text';
          },
        },
        typed: { handler: (request: ServiceRequest) => request.text() },
        wrong: {
          schema: { response: z.object({ ok: z.boolean() }) },
          // @ts-expect-error it does not fit the schema
          handler: () => ({ ok: 1 }),
        },
        // @ts-expect-error it answers nothing
        nothing: { handler: () => undefined },
      },
    });
  });
});
