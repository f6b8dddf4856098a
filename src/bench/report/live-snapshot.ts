/** How a run stands, for whoever watches it. */
export interface LiveSnapshot {
  readonly phase: 'warm-up' | 'measuring';
  /** 1 for the first of {@link LiveSnapshot.runs}. */
  readonly run: number;
  readonly runs: number;
  readonly elapsedMs: number;
  /** 0 to 1; undefined where nobody knows. */
  readonly fraction: number | undefined;
  /** Messages in the last whole second, or what there was of the first. */
  readonly rate: number;
  /** Of the last whole second; undefined where nothing has a latency. */
  readonly p99Ms: number | undefined;
  /** In all. */
  readonly messages: number;
  readonly errors: number;
}
