import { defineService, ServiceError, type ServiceReply } from 'natsctl';

/** A part that has not answered by then is left out of the page: the page is wanted soon, not whole. */
const PART_TIMEOUT = '500ms';

/** What came of a part; where it is down, the code that says how. */
type Part = { readonly value: unknown } | { readonly errorCode: number };

/**
 * @throws ServiceError where the part has answered that the request is wrong: asking it again would not help, and
 *   leaving it out would hide it
 */
async function settle(answering: Promise<ServiceReply>): Promise<Part> {
  try {
    return { value: (await answering).json() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code >= 400 && error.code < 500) throw error;
    return { errorCode: error.code };
  }
}

export default defineService({
  name: 'product',
  version: '1.0.0',
  description: 'A product with its price and its stock, by those who know them',
  endpoints: {
    page: {
      subject: 'product.*.page',
      timeout: '2s',
      metadata: { reply: '{"id","price"?,"stock"?,"missing"}' },
      handler: async ({ tokens: [id = ''], request }) => {
        // Both at once. The caller's deadline and its trace go along by themselves.
        const [price, stock] = await Promise.all([
          settle(request(`prices.${id}.get`, undefined, { timeout: PART_TIMEOUT })),
          settle(request(`stock.${id}.get`, undefined, { timeout: PART_TIMEOUT })),
        ]);
        if ('errorCode' in price && 'errorCode' in stock) {
          throw new ServiceError(503, 'neither price nor stock is to be had', {
            data: { price: price.errorCode, stock: stock.errorCode },
          });
        }
        return {
          id,
          ...('value' in price && { price: price.value }),
          ...('value' in stock && { stock: stock.value }),
          missing: [...('value' in price ? [] : ['price']), ...('value' in stock ? [] : ['stock'])],
        };
      },
    },
  },
});
