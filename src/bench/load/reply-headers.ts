const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;
const STATUS_LINE = Buffer.from('NATS/1.0 503');
const ERROR_NAMES = [Buffer.from('Nats-Service-Error'), Buffer.from('Nats-Service-Error-Code')];

/** Whether a block of headers says that nobody serves a subject: it has the status 503, and no body follows. */
export function saysNoResponders(bytes: Buffer, start: number, headerBytes: number, size: number): boolean {
  return headerBytes === size && startsWith(bytes, start, start + headerBytes, STATUS_LINE);
}

/** Whether a block of headers has those of a service that failed (ADR-32). */
export function saysServiceError(bytes: Buffer, start: number, end: number): boolean {
  return ERROR_NAMES.some((name) => {
    const at = findHeader(bytes, start, end, name);
    return at !== -1 && bytes[at] !== CR;
  });
}

/** @returns where the value of a header starts, blanks left out; -1 where there is no such header */
export function findHeader(bytes: Buffer, start: number, end: number, name: Uint8Array): number {
  // The first line is the status.
  for (let at = lineEndAfter(bytes, start, end); at < end; at = lineEndAfter(bytes, at, end)) {
    if (!startsWith(bytes, at, end, name) || bytes[at + name.length] !== COLON) continue;
    let value = at + name.length + 1;
    while (value < end && bytes[value] === SPACE) value += 1;
    return value;
  }
  return -1;
}

/** @returns where the next line starts */
function lineEndAfter(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== LF) at += 1;
  return at + 1;
}

function startsWith(bytes: Buffer, start: number, end: number, text: Uint8Array): boolean {
  if (start + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
