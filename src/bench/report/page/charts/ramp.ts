import { countOf } from '../../../../units.js';
import { formatRate } from '../../numbers.js';
import type { ReportedRamp } from '../../report.js';
import { type Compared, namedWith } from '../compared.js';
import { amountAxis, latencyAxis } from './axes.js';
import type { Chart, LegendEntry, Mark } from './chart.js';

type Step = ReportedRamp['steps'][number];

const LEGEND: readonly LegendEntry[] = [{ look: 1, label: 'measured' }];

/** What each step of a ramp gave: the rate that was achieved, and how slow the slowest were. */
export function rampCharts(compared: Compared): readonly Chart[] {
  const { ramp } = compared.report;
  if (ramp === undefined || ramp.steps.length === 0) return [];
  const { steps, knee_rate } = ramp;
  const x = amountAxis(
    steps.map(({ rate }) => rate),
    'planned, messages a second',
  );
  const rule = knee_rate === undefined ? undefined : { x: knee_rate, label: `knee: ${formatRate(knee_rate)} a second` };
  const summary = 'A dot is a step that kept the limits, a cross one that missed them.';
  const shared = { summary, x, rule, heightPx: 220 };
  const most = Math.max(...steps.map(({ rate }) => rate));
  const achieved: Chart = {
    ...shared,
    heading: namedWith(compared, 'Achieved by planned rate'),
    y: amountAxis(
      steps.flatMap(({ achieved, rate }) => [achieved, rate]),
      'achieved, messages a second',
    ),
    lines: [
      {
        look: 0,
        isPlan: true,
        points: [
          [0, 0],
          [most, most],
        ],
      },
      { look: 1, points: steps.map(({ rate, achieved }) => [rate, achieved]) },
    ],
    marks: steps.map((step) => markOf(step, step.achieved)),
    legend: [...LEGEND, { look: 0, label: 'planned', isPlan: true }],
  };
  const latencies = steps.flatMap(({ p99_ms }) => (p99_ms === undefined ? [] : [p99_ms]));
  if (latencies.length === 0) return [achieved];
  const latency: Chart = {
    ...shared,
    heading: namedWith(compared, 'Latency by planned rate'),
    y: latencyAxis(latencies, 'p99'),
    lines: [{ look: 1, points: steps.map(({ rate, p99_ms }) => [rate, p99_ms]) }],
    marks: steps.flatMap((step) => (step.p99_ms === undefined ? [] : [markOf(step, step.p99_ms)])),
    legend: LEGEND,
  };
  return [achieved, latency];
}

function markOf({ rate, kept }: Step, y: number): Mark {
  return { x: rate, y, look: kept ? 1 : 2, shape: kept ? 'dot' : 'cross' };
}

/** Where the knee is, in a sentence. */
export function summarizeRamp({ knee_rate, steps }: ReportedRamp): string {
  const kept = steps.filter(({ kept }) => kept).length;
  const all = `${kept} of ${countOf(steps.length, 'step', 'steps')} kept the limits`;
  if (knee_rate === undefined) return `${all}: there is no knee.`;
  return `${all}; the knee, the highest rate that did, is ${formatRate(knee_rate)} a second.`;
}
