import { ServiceError } from './define-service.js';

/** @throws ServiceError with the code where the bytes are no valid UTF-8 */
export function readText(data: Uint8Array, code = 400, what = 'the body'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new ServiceError(code, `${what} is not valid UTF-8`);
  }
}

/** @throws ServiceError with the code where the bytes are no JSON */
export function readJson(data: Uint8Array, code = 400, what = 'the body'): unknown {
  if (data.length === 0) throw new ServiceError(code, `${what} is empty, not JSON`);
  const text = readText(data, code, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Newer versions of Node quote the body, which may hold secrets.
    const position = /at position \d+/.exec((error as Error).message)?.[0];
    throw new ServiceError(code, `${what} is not JSON${position === undefined ? '' : `: it fails ${position}`}`);
  }
}
