import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineService, ServiceError, type ServiceRequest } from '../../src/index.js';

it('x', () => {
  interface Reply {
    id: number;
  }
  const s = defineService({
    name: 'orders',
    version: '1.0.0',
    context: async () => ({ db: new Map<string, number>() }),
    start({ context }) {
      expectTypeOf(context.db).toEqualTypeOf<Map<string, number>>();
    },
    endpoints: {
      new: {
        subject: 'orders.new',
        schema: { request: z.object({ id: z.string().transform(Number) }), response: z.object({ ok: z.boolean() }) },
        handler: async (request) => {
          expectTypeOf(request.json()).toEqualTypeOf<{ id: number }>();
          expectTypeOf(request.context.db).toEqualTypeOf<Map<string, number>>();
          return { ok: true };
        },
      },
      get: {
        handler(request) {
          expectTypeOf(request.json()).toEqualTypeOf<unknown>();
          expectTypeOf(request.json<Reply>()).toEqualTypeOf<Reply>();
          const r: Reply = { id: 1 };
          return r;
        },
      },
      many: {
        async *handler({ signal }) {
          yield signal.aborted;
          yield 'x';
        },
      },
      other: { handler: (request: ServiceRequest) => request.text() },
      bad: {
        schema: { response: z.object({ ok: z.boolean() }) },
        // @ts-expect-error wrong result
        handler: () => ({ ok: 1 }),
      },
      // @ts-expect-error nothing
      none: { handler: () => undefined },
    },
  });
  void s;
  void ServiceError;
  defineService({
    name: 'a',
    version: '1.0.0',
    endpoints: {
      a: {
        handler: (request) => {
          expectTypeOf(request.context).toEqualTypeOf<undefined>();
          return 'x';
        },
      },
    },
  });
});
