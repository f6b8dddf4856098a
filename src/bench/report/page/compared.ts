import type { BenchReport } from '../report.js';

/** So many lines of one chart can be told apart, by colour and by dashes. */
const MOST_IN_A_CHART = 4;

/** A report as the page speaks of it. */
export interface Compared {
  readonly report: BenchReport;
  /** `A`, `B`; nothing where the page is about one report. */
  readonly key: string;
  /** How its lines look, from 1: the same in each chart. */
  readonly look: number;
}

/** Gives each report its letter and its look, which is another for each in a chart. */
export function letter(reports: readonly BenchReport[]): readonly Compared[] {
  const loads = loadsOf(reports);
  return reports.map((report, i) => {
    const place = loads.find(({ all }) => all.includes(i))?.all.indexOf(i) ?? 0;
    return { report, key: reports.length === 1 ? '' : keyOf(i), look: (place % MOST_IN_A_CHART) + 1 };
  });
}

/** As columns of a spreadsheet are named: A to Z, AA. */
function keyOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : keyOf(Math.floor(index / 26) - 1) + last;
}

/** What a report is of: a page may have several of it. */
export function titleOf({ name, workload, subject }: BenchReport): string {
  return name === undefined ? `${workload} ${subject}` : `${name}: ${workload} ${subject}`;
}

/** Which reports are drawn together: those of one load, and no more than can be told apart. */
export function chartGroups(compared: readonly Compared[]): ReadonlyArray<readonly Compared[]> {
  return groupsOf(compared).flatMap(({ all }) => {
    const parts: (readonly Compared[])[] = [];
    for (let start = 0; start < all.length; start += MOST_IN_A_CHART) {
      parts.push(all.slice(start, start + MOST_IN_A_CHART));
    }
    return parts;
  });
}

/** Two reports of one load, the earlier of the page first. */
export interface ComparedPair {
  /** Of the entry, where they are of a suite. */
  readonly name: string | undefined;
  readonly base: Compared;
  readonly next: Compared;
}

/** The loads of which there are just two reports. */
export function pairsOf(compared: readonly Compared[]): readonly ComparedPair[] {
  return groupsOf(compared).flatMap(({ name, all: [base, next, third] }) =>
    base === undefined || next === undefined || third !== undefined ? [] : [{ name, base, next }],
  );
}

interface Load<T> {
  readonly name: string | undefined;
  readonly all: readonly T[];
}

function groupsOf(compared: readonly Compared[]): ReadonlyArray<Load<Compared>> {
  return loadsOf(compared.map(({ report }) => report)).map(({ name, all }) => ({
    name,
    all: all.flatMap((index) => compared[index] ?? []),
  }));
}

/**
 * Reports of one load by their indices: those of one name in a suite and of one workload. Two alone are compared
 * whatever they are called.
 */
function loadsOf(reports: readonly BenchReport[]): ReadonlyArray<Load<number>> {
  const loads = new Map<string, Load<number>>();
  for (const [index, report] of reports.entries()) {
    const name = reports.length === 2 ? undefined : report.name;
    const key = JSON.stringify([name ?? null, report.workload]);
    loads.set(key, { name, all: [...(loads.get(key)?.all ?? []), index] });
  }
  return [...loads.values()];
}

/** What is named with a report: `A: p99`, or `p99` alone where there is one. */
export function namedWith({ key }: Compared, name: string): string {
  return key === '' ? name : `${key}: ${name}`;
}
