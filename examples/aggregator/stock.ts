import { defineService, ServiceError } from 'natsctl';

const stock: Readonly<Record<string, number>> = { apple: 120, pear: 7, plum: 0 };

export default defineService({
  name: 'stock',
  version: '1.0.0',
  endpoints: {
    get: {
      subject: 'stock.*.get',
      handler: ({ tokens: [id = ''] }) => {
        if (!Object.hasOwn(stock, id)) throw new ServiceError(404, `no product ${JSON.stringify(id.slice(0, 32))}`);
        return { pieces: stock[id] };
      },
    },
  },
});
