import { line } from 'd3-shape';
import { html, type Markup } from '../markup.js';
import type { Axis } from './axes.js';

/** A value that is missing breaks the line. */
export type Point = readonly [x: number, y: number | undefined];

export interface Line {
  /** From 1: its colour and its dashes. */
  readonly look: number;
  readonly points: readonly Point[];
  /** It is what was planned, not what was measured. */
  readonly isPlan?: boolean;
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly look: number;
  readonly shape: 'dot' | 'cross';
  /** Above and left of it, on two lines: its name and its value. */
  readonly label?: readonly [name: string, value: string];
  /** The label is left out where the page is narrow. */
  readonly isSpare?: boolean;
}

export interface Chart {
  readonly heading: string;
  /** What can be seen in it, in words: under the chart, and for those who do not see it. */
  readonly summary: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly heightPx: number;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  /** An upright line at a value of x. */
  readonly rule?: { readonly x: number; readonly label: string } | undefined;
  readonly legend?: readonly LegendEntry[];
}

export interface LegendEntry {
  readonly look: number;
  readonly label: string;
  readonly isPlan?: boolean;
}

/** The coordinates across in which lines are drawn, whatever the width of the page. */
const ACROSS = 1000;

/**
 * A chart as SVG that needs no script: upright in pixels and across in shares of the width, so that it fills any page
 * and its text and lines keep their size.
 */
export function drawChart(chart: Chart): Markup {
  const { heading, summary, x, y, heightPx } = chart;
  const up = (value: number) => rounded(heightPx * (1 - y.place(value)));
  const across = (value: number) => `${rounded(100 * x.place(value))}%`;

  return html`<figure class="chart">
<h3>${heading}</h3>
${drawLegend(chart.legend ?? [])}
<div class="plot"><svg role="img" aria-label="${heading}. ${summary}" height="${heightPx}">
<text class="title" x="-52" y="-14">${y.title}</text>
${y.ticks.map(
  ({ value, label }) =>
    html`<line class="grid" x2="100%" y1="${up(value)}" y2="${up(value)}"/><text class="y" x="-8" y="${up(value)}">${label}</text>`,
)}
${x.ticks.map(
  ({ value, label, isSpare }) =>
    html`<svg class="at${isSpare ? ' spare' : ''}" x="${across(value)}" y="${heightPx}"><path class="tick" d="M0 0V5"/><text class="x" y="19">${label}</text></svg>`,
)}
<line class="axis" x2="100%" y1="${heightPx}" y2="${heightPx}"/>
<text class="title end" x="100%" y="${heightPx + 37}">${x.title}</text>
${chart.rule !== undefined && drawRule(chart.rule, x, heightPx)}
<svg class="lines" viewBox="0 0 ${ACROSS} ${heightPx}" preserveAspectRatio="none" height="${heightPx}">
${chart.lines.map(
  ({ points, look, isPlan }) =>
    html`<path class="${isPlan ? 'line plan' : `line look-${look}`}" d="${pathOf(points, (value) => x.place(value) * ACROSS, up)}"/>`,
)}
</svg>
${(chart.marks ?? []).map((mark) => drawMark(mark, across(mark.x), up(mark.y)))}
</svg></div>
<figcaption>${summary}</figcaption>
</figure>
`;
}

function pathOf(points: readonly Point[], across: (x: number) => number, up: (y: number) => number): string {
  const path = line<Point>()
    .digits(1)
    .defined(([, y]) => y !== undefined && Number.isFinite(y))
    .x(([x]) => across(x))
    .y(([, y]) => up(y as number));
  return path(points) ?? '';
}

function drawRule({ x, label }: { readonly x: number; readonly label: string }, axis: Axis, heightPx: number): Markup {
  const place = axis.place(x);
  const across = `${rounded(100 * place)}%`;
  const text =
    place > 0.5 ? html`<text class="end" x="-6" y="10">${label}</text>` : html`<text x="6" y="10">${label}</text>`;
  return html`<line class="rule" x1="${across}" x2="${across}" y2="${heightPx}"/><svg class="at" x="${across}" y="0">${text}</svg>`;
}

const SHAPES = { dot: 'M0 0h0', cross: 'M-4-4 4 4M-4 4 4-4' } as const;

function drawMark({ look, shape, label, isSpare }: Mark, across: string, y: number): Markup {
  const text =
    label !== undefined &&
    html`<g class="label${isSpare ? ' spare' : ''}"><text class="end name" x="-5" y="-21">${label[0]}</text><text class="end" x="-5" y="-8">${label[1]}</text></g>`;
  return html`<svg class="at" x="${across}" y="${y}"><path class="mark ${shape} look-${look}" d="${SHAPES[shape]}"/>${text}</svg>`;
}

function drawLegend(entries: readonly LegendEntry[]): Markup | undefined {
  if (entries.length === 0) return undefined;
  return html`<ul class="legend">${entries.map(({ look, label, isPlan }) => html`<li>${swatch(look, isPlan)} ${label}</li>`)}</ul>`;
}

/** A piece of a line, for a legend. */
export function swatch(look: number, isPlan = false): Markup {
  return html`<svg class="swatch" width="28" height="10" aria-hidden="true"><path class="${isPlan ? 'line plan' : `line look-${look}`}" d="M0 5H28"/></svg>`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
