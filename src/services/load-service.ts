import { findService } from './built-in.js';
import type { ServiceDefinition } from './define-service.js';
import type { ServiceSource } from './loading/source.js';

/**
 * Loads a service from where it is.
 *
 * @throws CliError `usage` where it is none
 */
export async function loadService(source: ServiceSource): Promise<ServiceDefinition> {
  switch (source.kind) {
    case 'built_in':
      return findService(source.name);
    case 'module': {
      const { loadModule } = await import('./loading/module.js');
      return loadModule(source.file, source.given);
    }
  }
}
