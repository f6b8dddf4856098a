import { defineService, ServiceError } from 'natsctl';

/** In cents. */
const prices: Readonly<Record<string, number>> = { apple: 40, pear: 55, plum: 25 };

export default defineService({
  name: 'prices',
  version: '1.0.0',
  endpoints: {
    get: {
      subject: 'prices.*.get',
      handler: ({ tokens: [id = ''] }) => {
        if (!Object.hasOwn(prices, id)) throw new ServiceError(404, `no product ${JSON.stringify(id.slice(0, 32))}`);
        return { cents: prices[id] };
      },
    },
  },
});
