import { CliError } from '../../errors.js';
import type { Figures, ReportedLimit } from '../report/report.js';
import type { CountName, Limit } from './limits.js';

/**
 * Holds what was measured against limits. Shares are those of `sent` for errors, and for what is lost, late, repeated
 * or out of order those of all that should have arrived.
 */
export function judgeLimits(limits: readonly Limit[], figures: Figures): readonly ReportedLimit[] {
  return limits.map((limit) => {
    const value = measuredOf(limit, figures);
    return {
      name: limit.name,
      limit: limit.text,
      value,
      unit: limit.unit,
      // Where nothing was measured no limit is kept; nor is one of an outage that has not ended.
      kept:
        value !== undefined && value <= limit.most && !(limit.name === 'recovery' && figures.not_recovered === true),
    };
  });
}

/** @returns a CliError `expectation` that names each limit that was missed, or undefined where none was */
export function limitsMissed(limits: readonly ReportedLimit[]): CliError | undefined {
  const missed = limits.filter(({ kept }) => !kept);
  if (missed.length === 0) return undefined;
  const told = missed.map(({ name, limit, value, unit }) =>
    value === undefined
      ? `${name} (no latency was measured, limit ${limit})`
      : `${name} ${said(value, unit)} (limit ${limit})`,
  );
  const head = missed.length === 1 ? 'a limit of --slo was missed' : `${missed.length} limits of --slo were missed`;
  return new CliError('expectation', `${head}: ${told.join(', ')}`, {
    details: { missed: missed.map(({ name }) => name).join(',') },
  });
}

/** What was lost counts as sent also where its sender ran on another machine. */
function expectedOf({ sent, messages, lost }: Figures): number {
  return Math.max(sent, messages + lost);
}

/** How many failed, of all kinds. */
export function errorCount({ errors }: Pick<Figures, 'errors'>): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/** 0 to 1: of what was sent, or, where this side sends nothing, of what came. */
export function errorShare(figures: Figures): number {
  const count = errorCount(figures);
  const all = figures.sent > 0 ? figures.sent : figures.messages + count;
  return count === 0 ? 0 : Math.min(1, count / Math.max(all, 1));
}

function measuredOf(limit: Limit, figures: Figures): number | undefined {
  switch (limit.name) {
    case 'gap':
      return figures.longest_gap_ms;
    case 'recovery':
      return figures.recovery_ms ?? 0;
    case 'errors':
    case 'lost':
    case 'late':
    case 'duplicated':
    case 'out_of_order':
      return limit.unit === '%' ? 100 * shareOf(limit.name, figures) : countOf(limit.name, figures);
    default:
      return figures.latency_ms?.[limit.name];
  }
}

function countOf(name: CountName, figures: Figures): number {
  return name === 'errors' ? errorCount(figures) : figures[name];
}

function shareOf(name: CountName, figures: Figures): number {
  return name === 'errors' ? errorShare(figures) : figures[name] / Math.max(expectedOf(figures), 1);
}

/** With as many digits as are needed to see on which side of a limit it is. */
function said(value: number, unit: string): string {
  if (unit === 'messages') return String(value);
  return `${Number(value.toPrecision(4))} ${unit}`;
}
