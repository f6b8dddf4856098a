import { findService } from './built-in.js';
import type { ServiceDefinition } from './define-service.js';
import type { TellLoaded } from './loading/loaded-files.js';
import type { ProgramSource, ServiceSource } from './loading/source.js';
import type { ProgramScope } from './programs/scope.js';

/** What services are loaded with. */
export interface LoadScope {
  /** What a program runs in. */
  readonly programs: ProgramScope;
  /** Hears of the files of a module. */
  readonly tellLoaded?: TellLoaded | undefined;
}

/**
 * Loads a service from where it is.
 *
 * @throws CliError `usage` where it is none
 */
export function loadService(source: Exclude<ServiceSource, ProgramSource>): Promise<ServiceDefinition>;
export function loadService(source: ServiceSource, scope: LoadScope): Promise<ServiceDefinition>;
export async function loadService(source: ServiceSource, scope?: LoadScope): Promise<ServiceDefinition> {
  switch (source.kind) {
    case 'built_in':
      return findService(source.name);
    case 'module': {
      const { loadModule } = await import('./loading/module.js');
      return loadModule(source.file, source.given, { tellLoaded: scope?.tellLoaded });
    }
    case 'exec':
    case 'stdio': {
      const { serviceOfProgram } = await import('./programs/service-of-program.js');
      return serviceOfProgram(source, (scope as LoadScope).programs);
    }
  }
}

/** Does what loading such services needs and what does not depend on what is in their files. */
export async function prepareToLoad(sources: readonly ServiceSource[], tellLoaded?: TellLoaded): Promise<void> {
  if (sources.every(({ kind }) => kind !== 'module')) return;
  const loading = await import('./loading/module.js');
  await loading.prepareToLoad({ tellLoaded });
}

/**
 * Loads a module that is no service, by the means that load services.
 *
 * @param file absolute
 * @param given as the caller wrote it
 * @returns its default export; where it has none, all that it exports
 * @throws CliError `usage` with file, line and reason
 */
export async function loadDefault(file: string, given: string): Promise<unknown> {
  const { importModule } = await import('./loading/module.js');
  const { defaultOf } = await import('./loading/exports.js');
  return defaultOf(await importModule(file, given));
}
