import type { HelpBlock, HelpTopic } from './page.js';
import { connectionTopic } from './topics/connection.js';
import { contexts } from './topics/contexts.js';
import { environment } from './topics/environment.js';
import { exitCodes } from './topics/exit-codes.js';
import { scripts } from './topics/scripts.js';
import { subjects } from './topics/subjects.js';

/**
 * All topics, in the order in which they are listed.
 *
 * @param globalFlags tables of the flags that every command takes
 */
export function helpTopics(globalFlags: readonly HelpBlock[]): readonly HelpTopic[] {
  return [connectionTopic(globalFlags), contexts, environment, exitCodes, scripts, subjects];
}

/** Their names alone, which the overview lists. */
export const TOPIC_NAMES = ['connection', 'contexts', 'environment', 'exit-codes', 'scripts', 'subjects'] as const;
