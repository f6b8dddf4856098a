// What the rooms of saved contexts and of reports need of this one: apart from the client, which takes long to load.
export {
  type ContextFields,
  contextDirectory,
  contextNames,
  parseContextFile,
  requireContextName,
  unknownContext,
} from './context-file.js';
export { configHome, requireInboxPrefix } from './plan.js';
export { looksLikeContent, looksLikeJwt, looksLikeSeed, reasonOf, secretSource } from './secret.js';
export { formatServer, maskServerList, maskServerText, parseServerList } from './server-url.js';
export { type ConnectionFlags, type Environment, flagName, SETTINGS } from './settings.js';
