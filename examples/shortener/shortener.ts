import { defineService, type Middleware, ServiceError } from 'natsctl';
import { z } from 'zod';
import { isBusy, Links } from './links.js';

const LONGEST_URL = 2_000;

const newLink = z.object({
  url: z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(LONGEST_URL),
  slug: z
    .string()
    .regex(/^[\w-]{1,32}$/, '1 to 32 letters, digits, "-" and "_"')
    .optional(),
});

/** Another try may succeed: that is 503, not the 500 of a defect. */
const tellBusy: Middleware = (handler) => async (request) => {
  try {
    return await handler(request);
  } catch (error) {
    if (isBusy(error)) throw new ServiceError(503, 'the database is busy, try again', { cause: error });
    throw error;
  }
};

function unknown(slug: string): ServiceError {
  return new ServiceError(404, `no link ${JSON.stringify(slug.slice(0, 32))}`);
}

export default defineService({
  name: 'shortener',
  version: '1.0.0',
  description: 'Makes short links and finds what they stand for',
  context: () => new Links(process.env['SHORTENER_DB'] ?? 'links.db'),
  health: ({ context }) => context.check(),
  stop: ({ context }) => context.close(),
  middleware: [tellBusy],
  endpoints: {
    create: {
      subject: 'links.create',
      metadata: { request: '{"url","slug"?}', reply: '{"slug","url"}' },
      schema: { request: newLink },
      handler: ({ json, context }) => {
        const { url, slug } = json();
        if (slug === undefined) return { slug: context.addAnywhere(url), url };
        if (!context.add(slug, url)) throw new ServiceError(409, `${slug} stands for another URL`);
        return { slug, url };
      },
    },
    resolve: {
      subject: 'links.*.resolve',
      metadata: { reply: 'the URL' },
      handler: ({ tokens: [slug = ''], context }) => {
        const url = context.visit(slug);
        if (url === undefined) throw unknown(slug);
        return url;
      },
    },
    info: {
      subject: 'links.*.info',
      metadata: { reply: '{"slug","url","visits","created"}' },
      handler: ({ tokens: [slug = ''], context }) => {
        const link = context.find(slug);
        if (link === undefined) throw unknown(slug);
        return link;
      },
    },
  },
});
