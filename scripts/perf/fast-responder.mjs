/**
 * Answers every request with its body, over a plain socket, so that what asks is what is measured: arguments are port,
 * subject, and a queue group if there is one.
 */
import { connect } from 'node:net';

const SID = 1;
const SPACE = 0x20;
const LF = 0x0a;
const LETTER_M = 0x4d;
const PUB = Buffer.from('PUB ');
const PONG = Buffer.from('PONG\r\n');
const LOGIN = 'CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":false,"no_responders":false}\r\n';

const [port, subject = '', queue = ''] = process.argv.slice(2);
const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
socket.write(`${LOGIN}SUB ${subject} ${queue === '' ? '' : `${queue} `}${SID}\r\nPING\r\n`);
let rest = Buffer.alloc(0);
socket.on('data', (chunk) => {
  const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  rest = bytes.subarray(answer(bytes));
});
socket.once('close', () => process.exit(1));
process.once('disconnect', () => process.exit());

/** @param {Buffer} bytes @returns {number} where the first frame starts that is not whole */
function answer(bytes) {
  // A reply is shorter than its request, as the subject is left out.
  const replies = Buffer.allocUnsafe(bytes.length);
  let filled = 0;
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf(LF, at);
    if (lineEnd === -1) break;
    if (bytes[at] !== LETTER_M) {
      // PING, PONG and INFO.
      if (bytes[at + 1] === 0x49) socket.write(PONG);
      else if (bytes[at + 1] === 0x4f) process.send?.('listening');
      at = lineEnd + 1;
      continue;
    }
    // `MSG subject sid reply size`, and the payload behind.
    let sizeAt = lineEnd - 2;
    let size = 0;
    for (let scale = 1; bytes[sizeAt] !== SPACE; sizeAt--, scale *= 10) size += (Number(bytes[sizeAt]) - 0x30) * scale;
    const end = lineEnd + 1 + size + 2;
    if (end > bytes.length) break;
    let replyAt = sizeAt - 1;
    while (bytes[replyAt] !== SPACE) replyAt -= 1;
    PUB.copy(replies, filled);
    bytes.copy(replies, filled + PUB.length, replyAt + 1, end);
    filled += PUB.length + end - replyAt - 1;
    at = end;
  }
  if (filled > 0) socket.write(replies.subarray(0, filled));
  return at;
}
