'use strict';

// What `natsctl` is to a module that is served: not a package that may or may not be installed beside it, but the
// program that runs it, so that a ServiceError is one to both. The names stand here for Node to see.

const library = /** @type {any} */ (globalThis)[Symbol.for('natsctl.library')];
exports.ServiceError = library.ServiceError;
exports.defineService = library.defineService;
