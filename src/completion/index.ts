export type { CommandModel, FlagModel, Offer, ProgramModel } from './model.js';
export { makeScripts } from './scripts.js';
