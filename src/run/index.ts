export { runWithServices } from './run-with-services.js';
