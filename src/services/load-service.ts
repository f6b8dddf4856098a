import { findService } from './built-in.js';
import type { ServiceDefinition } from './define-service.js';
import type { ProgramSource, ServiceSource } from './loading/source.js';
import type { ProgramScope } from './programs/scope.js';

/**
 * Loads a service from where it is.
 *
 * @param scope what a program runs in
 * @throws CliError `usage` where it is none
 */
export function loadService(source: Exclude<ServiceSource, ProgramSource>): Promise<ServiceDefinition>;
export function loadService(source: ServiceSource, scope: ProgramScope): Promise<ServiceDefinition>;
export async function loadService(source: ServiceSource, scope?: ProgramScope): Promise<ServiceDefinition> {
  switch (source.kind) {
    case 'built_in':
      return findService(source.name);
    case 'module': {
      const { loadModule } = await import('./loading/module.js');
      return loadModule(source.file, source.given);
    }
    case 'exec':
    case 'stdio': {
      const { serviceOfProgram } = await import('./programs/service-of-program.js');
      return serviceOfProgram(source, scope as ProgramScope);
    }
  }
}
