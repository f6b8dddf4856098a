/** Messages and bytes as the monitoring pages count them: headers and body, without the protocol line. */
export interface Traffic {
  inMessages: number;
  outMessages: number;
  inBytes: number;
  outBytes: number;
}

export function noTraffic(): Traffic {
  return { inMessages: 0, outMessages: 0, inBytes: 0, outBytes: 0 };
}

export function addTraffic(sum: Traffic, more: Traffic): void {
  sum.inMessages += more.inMessages;
  sum.outMessages += more.outMessages;
  sum.inBytes += more.inBytes;
  sum.outBytes += more.outBytes;
}
