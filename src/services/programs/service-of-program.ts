import { basename } from 'node:path';
import type { Endpoint, Handler, ServiceDefinition, ServiceScope } from '../define-service.js';
import { type ProgramSource, serviceNameOf } from '../loading/source.js';
import type { ServedRequest } from '../served-request.js';
import { CoProcessHandler } from './co-process-handler.js';
import { ExecHandler } from './exec-handler.js';
import type { ProgramScope } from './scope.js';

/** Answers requests by a program. */
export interface ProgramHandler {
  start(scope: ServiceScope): void | Promise<void>;
  handle(request: ServedRequest): Promise<object>;
  /** The last request is answered. */
  stop(): void | Promise<void>;
}

/** Of a service that says nothing of its version. */
const NO_VERSION = '0.0.0';

/** The service that a program makes: an endpoint for each subject. */
export function serviceOfProgram(source: ProgramSource, scope: ProgramScope): ServiceDefinition {
  const { kind, name, subjects, program } = source;
  const own: ProgramHandler = kind === 'exec' ? new ExecHandler(source, scope) : new CoProcessHandler(source, scope);
  // It has no middleware: what it gets is the request itself.
  const handler: Handler = (request) => own.handle(request as ServedRequest);
  const endpoints = endpointNames(subjects).map((endpoint, index): [string, Endpoint] => [
    endpoint,
    { subject: subjects[index] as string, handler },
  ]);
  return {
    name,
    version: NO_VERSION,
    // Its arguments may hold secrets.
    description: `${basename(program.name)}, ${kind === 'exec' ? 'run for each request' : 'a co-process of each worker'}`,
    endpoints: Object.fromEntries(endpoints),
    start: (service) => own.start(service),
    stop: () => own.stop(),
  };
}

/** A name for the endpoint of each subject, fit for ADR-32: `up.case` is `up-case`, and where that is taken `up-case-2`. */
export function endpointNames(subjects: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const subject of subjects) {
    // An object would put a whole number before all other names.
    const wanted = serviceNameOf(subject).replace(/^(?=\d+$)/, 'subject-');
    let name = wanted;
    for (let number = 2; names.has(name); number++) name = `${wanted}-${number}`;
    names.add(name);
  }
  return [...names];
}
