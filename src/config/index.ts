export type { FieldValues, NamedPool } from './check-config.js';
export { type ConfigFile, findConfig, readConfig } from './config-file.js';
export { PATH_FIELDS } from './fields.js';
