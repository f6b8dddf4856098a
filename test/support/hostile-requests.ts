import { Random } from '../../scripts/support/random.mjs';

/** A request as bytes on the wire, which no client library would send. */
export interface HostileRequest {
  readonly subject: Buffer;
  /** A block of headers, whole or broken; undefined: none. */
  readonly headers: Buffer | undefined;
  readonly body: Buffer;
}

/** A place that only a shell, or what takes a text for a path, would write to. */
const touching = (canary: string): readonly string[] => [
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `;touch ${canary};`,
  `'; touch ${canary} '`,
  `" && touch ${canary} "`,
  `|touch ${canary}`,
  `\ntouch ${canary}\n`,
  `../../../../../../..${canary}`,
  `file://${canary}`,
];

const SAYINGS: readonly string[] = [
  ...[
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\u0007',
    '\b',
    '\u007f',
    '\u0085',
    '\u009b31m',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
  ],
  ...['\u001b[2J', '\u001b]0;title\u0007', '\u001b]52;c;Y2FuYXJ5\u0007', '\ufeff', '\ud83c\udf89', 'é'],
  ...[
    '"',
    "'",
    '\\',
    '\\n',
    '}',
    '{"level":"error"}',
    '","admin":true,"x":"',
    '%s%n',
    '{{.Request}}',
    '{subject}',
    '`',
  ],
  ...['--help', '-rf', '*', '>', '~', '$PATH', '__proto__', 'constructor', 'NaN', '1e999', 'null', '', ' '],
  ...['\n2026-01-01T00:00:00.000Z worker-1 Received request for nothing, sending: nothing\n'],
  ...['\r\nNats-Service-Error-Code: 200\r\n', 'x'.repeat(300)],
];

const HEADER_NAMES = [
  ...['Natsctl-Timeout-Ms', 'traceparent', 'tracestate', 'Nats-Service-Error', 'Nats-Service-Error-Code'],
  ...['Nats-Msg-Id', '__proto__', 'x'],
];

/** Makes requests, the same ones for the same seed. `canary` is the path of a file that must not come to be. */
export class HostileRequests {
  readonly #random: Random;
  readonly #texts: readonly string[];

  constructor(seed: number, canary: string) {
    this.#random = new Random(seed);
    this.#texts = [...touching(canary), ...SAYINGS];
  }

  /** One whose subject begins with one of these, and a dot where the rest is random. */
  next(subjects: readonly string[]): HostileRequest {
    const random = this.#random;
    const given = random.pick(subjects);
    const subject = given.endsWith('.') ? Buffer.concat([Buffer.from(given), this.#tokens()]) : Buffer.from(given);
    return { subject, headers: random.chance(0.5) ? this.#headers() : undefined, body: this.#body() };
  }

  /** One to three tokens, of any bytes but those that end a subject on the wire. */
  #tokens(): Buffer {
    const tokens = Array.from({ length: 1 + this.#random.below(3) }, () => {
      const kept = this.#bytes(60).filter((byte) => ![0x09, 0x0a, 0x0d, 0x20, 0x2e].includes(byte));
      return kept.length > 0 ? Buffer.from(kept) : Buffer.from('x');
    });
    return Buffer.concat(tokens.flatMap((token, index) => (index === 0 ? [token] : [Buffer.from('.'), token])));
  }

  #headers(): Buffer {
    const random = this.#random;
    const lines = Array.from({ length: random.below(5) }, () => {
      const name = random.chance(0.7) ? Buffer.from(random.pick(HEADER_NAMES)) : this.#bytes(20);
      return Buffer.concat([name, Buffer.from(random.chance(0.9) ? ':' : ''), this.#bytes(60), Buffer.from('\r\n')]);
    });
    const first = Buffer.from(
      random.chance(0.9) ? 'NATS/1.0\r\n' : random.pick(['NATS/1.0 503\r\n', 'nats\r\n', '\r\n']),
    );
    return Buffer.concat([first, ...lines, Buffer.from(random.chance(0.95) ? '\r\n' : '')]);
  }

  #body(): Buffer {
    const random = this.#random;
    if (random.chance(0.002)) return this.#bytes(600_000);
    return this.#bytes(random.chance(0.05) ? 20_000 : 200);
  }

  /** Texts, or bytes of any kind, up to so many. */
  #bytes(most: number): Buffer {
    const random = this.#random;
    if (random.chance(0.3))
      return Buffer.from(Array.from({ length: random.below(Math.min(most, 500)) }, () => random.below(256)));
    const parts: Buffer[] = [];
    const wanted = random.below(most);
    for (let size = 0; size < wanted; size += (parts.at(-1)?.length ?? 0) + 1)
      parts.push(Buffer.from(random.pick(this.#texts)));
    return Buffer.concat(parts).subarray(0, most);
  }
}

/** The request on the wire; see the client protocol's PUB and HPUB. */
export function encodeRequest({ subject, headers, body }: HostileRequest, reply: string): Buffer {
  const size = (headers?.length ?? 0) + body.length;
  const sizes = headers === undefined ? `${size}` : `${headers.length} ${size}`;
  const verb = headers === undefined ? 'PUB ' : 'HPUB ';
  const parts = [Buffer.from(verb), subject, Buffer.from(` ${reply} ${sizes}\r\n`), headers ?? Buffer.alloc(0), body];
  return Buffer.concat([...parts, Buffer.from('\r\n')]);
}
