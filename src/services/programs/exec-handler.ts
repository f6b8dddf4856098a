import type { NatsConnection } from 'nats';
import { describeOutcome, messageVariables, ProgramRunner, withoutMessage } from '../../programs/index.js';
import { ServiceError, type ServiceScope } from '../define-service.js';
import type { ProgramSource } from '../loading/source.js';
import type { ServedRequest } from '../served-request.js';
import { LastLine } from './last-line.js';
import type { ProgramScope } from './scope.js';
import type { ProgramHandler } from './service-of-program.js';

/**
 * Runs a program for each request: the body on its stdin, subject and headers in its environment, nothing of the
 * request in its arguments; what it writes to stdout is the reply, byte for byte. It is killed, with all that it
 * started, when the caller has been told that it took too long.
 */
export class ExecHandler implements ProgramHandler {
  readonly #source: ProgramSource;
  readonly #scope: ProgramScope;
  readonly #env: NodeJS.ProcessEnv;
  readonly #runner: ProgramRunner;
  #nats: NatsConnection | undefined;

  constructor(source: ProgramSource, scope: ProgramScope) {
    this.#source = source;
    this.#scope = scope;
    this.#env = withoutMessage(scope.env);
    this.#runner = new ProgramRunner(scope.groups);
  }

  start({ nats }: ServiceScope): void {
    this.#nats = nats;
  }

  async handle(request: ServedRequest): Promise<Uint8Array> {
    const { program, name } = this.#source;
    const killing = new AbortController();
    request.onExpired = () => killing.abort();
    const largest = this.#nats?.info?.max_payload ?? Number.POSITIVE_INFINITY;
    const lastLine = new LastLine();
    const reply: Uint8Array[] = [];
    let size = 0;
    const outcome = await this.#runner.run(program, program.args, {
      env: { ...this.#env, ...messageVariables(request.message) },
      stdin: request.data,
      signal: killing.signal,
      stdout(lines) {
        size += lines.length;
        if (size <= largest) reply.push(lines);
        else killing.abort();
      },
      stderr: (lines) => {
        lastLine.add(lines);
        this.#scope.log(name, lines);
      },
    });
    if (size > largest) {
      throw new ServiceError(500, `${program.name} wrote more than the ${largest} bytes that the server takes`);
    }
    if (outcome.kind === 'exited' && outcome.code === 0) return Buffer.concat(reply);
    throw new ServiceError(500, lastLine.text || `${program.name}: ${describeOutcome(outcome)}`);
  }

  stop(): void {
    // When the last request is answered no program runs.
  }
}
