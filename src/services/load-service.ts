import { findService } from './built-in.js';
import type { ServiceDefinition } from './define-service.js';
import type { TellLoaded } from './loading/loaded-files.js';
import type { ServiceSource } from './loading/source.js';

/**
 * Loads a service from where it is.
 *
 * @param tellLoaded hears of the files of a module
 * @throws CliError `usage` where it is none
 */
export async function loadService(source: ServiceSource, tellLoaded?: TellLoaded): Promise<ServiceDefinition> {
  switch (source.kind) {
    case 'built_in':
      return findService(source.name);
    case 'module': {
      const { loadModule } = await import('./loading/module.js');
      return loadModule(source.file, source.given, { tellLoaded });
    }
  }
}

/** Does what loading such services needs and what does not depend on what is in their files. */
export async function prepareToLoad(sources: readonly ServiceSource[], tellLoaded?: TellLoaded): Promise<void> {
  if (sources.every(({ kind }) => kind !== 'module')) return;
  const loading = await import('./loading/module.js');
  await loading.prepareToLoad({ tellLoaded });
}
