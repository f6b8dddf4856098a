export { type Reply, request, serviceFailure } from './request.js';
