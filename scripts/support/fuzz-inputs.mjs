/** What clients say that mean well; the start of most inputs. */
const SEEDS = [
  'CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true}\r\n',
  'CONNECT {"verbose":true,"pedantic":true,"echo":false,"name":"fuzz","pass":"s3cret"}\r\n',
  'CONNECT {}\r\n',
  'PING\r\n',
  'PONG\r\n',
  '+OK\r\n',
  'INFO {}\r\n',
  "-ERR 'no'\r\n",
  'SUB orders.new 1\r\n',
  'SUB orders.* workers 2\r\n',
  'SUB > 3\r\n',
  'SUB _INBOX.a.* 4\r\n',
  'UNSUB 1\r\n',
  'UNSUB 2 5\r\n',
  'UNSUB 3 1\r\n',
  'PUB orders.new 5\r\nhello\r\n',
  'PUB orders.new _INBOX.a.1 5\r\nhello\r\n',
  'PUB nobody.there _INBOX.a.2 0\r\n\r\n',
  'HPUB orders.new 12 17\r\nNATS/1.0\r\n\r\nhello\r\n',
  'HPUB orders.new _INBOX.a.1 19 19\r\nNATS/1.0\r\nA: b\r\n\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
];
/** What is put in, and in place of what was there. */
const MORSELS = [
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '.',
  '..',
  '*',
  '>',
  '-1',
  '0',
  '007',
  '999999999',
  '1e3',
  '18446744073709551616',
  'null',
  '[]',
  '{"protocol":9}',
  '{"user":{},"pass":[],"name":7,"protocol":"1"}',
  '__proto__',
  'é',
  '\xff\xfe',
  '"',
  'PUB ',
  'SUB ',
];

/** Makes inputs of which a part is valid: only those come deep into a parser. */
export class FuzzInputs {
  #random;
  #limits;

  /**
   * @param {import('./random.mjs').Random} random
   * @param {{ readonly maxControlLine: number, readonly maxPayload: number }} limits inputs come up to and beyond them
   */
  constructor(random, limits) {
    this.#random = random;
    this.#limits = limits;
  }

  /** @returns {Buffer} */
  next() {
    const random = this.#random;
    let text = random.chance(0.5) ? /** @type {string} */ (SEEDS[random.below(3)]) : '';
    for (let count = 1 + random.below(4); count > 0; count--)
      text += random.chance(0.9) ? random.pick(SEEDS) : this.#atLimit();
    for (let count = random.below(4); count > 0; count--) text = this.#mutate(text);
    return Buffer.from(text, 'latin1');
  }

  /** A line or a payload just within a limit, or just beyond it. */
  #atLimit() {
    const random = this.#random;
    const { maxControlLine, maxPayload } = this.#limits;
    const more = random.below(5) - 2;
    if (random.chance(0.5)) return `SUB ${'x'.repeat(maxControlLine - 2 + more)} 1\r\n`;
    return `PUB a ${maxPayload + more}\r\n${'x'.repeat(maxPayload + more)}\r\n`;
  }

  /** @param {string} text */
  #mutate(text) {
    const random = this.#random;
    const at = random.below(text.length + 1);
    const length = random.below(Math.min(text.length - at, 40) + 1);
    const [start, middle, end] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
    switch (random.below(8)) {
      case 0:
        return start + String.fromCharCode(random.below(256)) + text.slice(at + 1);
      case 1:
        return start + end;
      case 2:
        return start + random.pick(MORSELS) + end;
      case 3:
        return start + random.pick(MORSELS) + text.slice(at);
      case 4:
        return start + middle.repeat(1 + random.below(30)) + end;
      case 5:
        return start;
      case 6:
        return end + start;
      default:
        return text.replace(/\d+/, () => random.pick(MORSELS));
    }
  }
}
