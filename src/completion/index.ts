export type { CommandModel, FlagModel, Offer, ProgramModel, SubcommandModel } from './model.js';
export { makeScripts } from './scripts.js';
