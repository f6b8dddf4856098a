/** A plain queue subscription of nats.js that answers every request with nothing: arguments are port and subject. */
import { connect } from 'nats';

const [port, subject = ''] = process.argv.slice(2);
const connection = await connect({ port: Number(port) });
connection.subscribe(subject, { queue: 'q', callback: (_error, message) => void message.respond() });
await connection.flush();
process.send?.('listening');
process.once('disconnect', () => process.exit());
