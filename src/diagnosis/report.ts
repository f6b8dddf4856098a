import type { ChalkInstance } from 'chalk';
import type { EffectiveSetting } from '../connection/index.js';
import { escapeLine } from '../escape.js';
import { wrap } from '../help/index.js';
import type { Output } from '../output/index.js';
import { countOf } from '../units.js';
import type { Finding, Status } from './finding.js';

/** Where a diagnosis tells what it finds, as it finds it. */
export interface Report {
  section(title: string): Promise<void>;
  setting(setting: EffectiveSetting): Promise<void>;
  /** @param where the server and the address that it is about */
  finding(finding: Finding, where?: Where): Promise<void>;
  end(counts: Readonly<Record<Status, number>>): Promise<void>;
}

export interface Where {
  readonly server: string;
  readonly address: string | undefined;
}

/** How lines are set for a person. */
interface LineStyle {
  readonly colors?: ChalkInstance | undefined;
  /** Of the terminal; undefined in a pipe, where a line stays one. */
  readonly columns?: number | undefined;
}

/**
 * For people, or with `--json` an object a line for programs.
 *
 * @param columns of the terminal that shows it; undefined where none does
 */
export async function createReport(output: Output, columns: number | undefined): Promise<Report> {
  return output.style.json ? jsonReport(output) : textReport(output, { colors: await output.dataColors(), columns });
}

function jsonReport(output: Output): Report {
  return {
    section: async () => undefined,
    setting: ({ name, value, from, unused }) =>
      output.record({ check: 'setting', status: unused === undefined ? 'ok' : 'unused', name, value, from, unused }),
    finding: ({ check, status, message, hint, failure, facts }, where) =>
      output.record({ check, status, ...where, message, hint, kind: failure?.kind, ...facts }),
    end: ({ failure, warning }) =>
      output.record({
        check: 'summary',
        status: failure > 0 ? 'failure' : warning > 0 ? 'warning' : 'ok',
        failures: failure,
        warnings: warning,
      }),
  };
}

function textReport(output: Output, style: LineStyle): Report {
  const { colors } = style;
  const line = (text: string): Promise<void> => output.data(`${text}\n`);
  let isFirst = true;
  let address: string | undefined;
  return {
    async section(title) {
      const shown = escapeLine(title);
      await line(`${isFirst ? '' : '\n'}${colors ? colors.bold(shown) : shown}`);
      isFirst = false;
      address = undefined;
    },
    setting: (setting) => line(settingLine(setting, colors)),
    async finding(finding, where) {
      const isNews =
        where?.address !== undefined && where.address !== address && !where.server.endsWith(`//${where.address}`);
      if (isNews) await line(`  at ${escapeLine(where.address as string)}`);
      address = where?.address;
      for (const text of findingLines(finding, style)) await line(text);
    },
    end: ({ failure, warning }) =>
      line(
        `\n${countOf(failure, 'failure', 'failures')}, ${countOf(warning, 'warning', 'warnings')}${failure + warning === 0 ? ': all is well' : ''}`,
      ),
  };
}

/** `  creds         ~/prod.creds  (context prod)` */
export function settingLine({ name, value, from, unused }: EffectiveSetting, colors?: ChalkInstance): string {
  const origin = `(${from}${unused === undefined ? '' : `; not used: ${unused}`})`;
  const text = `  ${name.padEnd(16)} ${escapeLine(value)}  ${escapeLine(origin)}`;
  return unused === undefined || colors === undefined ? text : colors.dim(text);
}

const COLORS = { ok: 'green', warning: 'yellow', failure: 'red', unknown: 'dim', skipped: 'dim' } as const;
const STATUS_WIDTH = 8;
const CHECK_WIDTH = 13;

/** Where messages start. */
const START = 2 + STATUS_WIDTH + 1 + CHECK_WIDTH + 1;
/** A terminal that is narrower breaks lines by itself. */
const NARROWEST = START + 30;

/** `  failure  login         …`, and the mend on a line below. */
export function findingLines(
  { check, status, message, hint }: Finding,
  { colors, columns }: LineStyle = {},
): readonly string[] {
  const word = status.padEnd(STATUS_WIDTH);
  const set = (heading: string, text: string): string[] => {
    const shown = escapeLine(text);
    if (columns === undefined || columns < NARROWEST) return [`${heading} ${shown}`];
    const [first = '', ...rest] = wrap(shown, columns, START);
    return [`${heading} ${first.slice(START)}`, ...rest];
  };
  const marked = colors === undefined ? word : colors[COLORS[status]](word);
  const lines = set(`  ${marked} ${check.replace('_', ' ').padEnd(CHECK_WIDTH)}`, message);
  if (hint === undefined) return lines;
  const label = status === 'failure' || status === 'warning' ? 'mend' : 'hint';
  return [...lines, ...set(`${' '.repeat(2 + STATUS_WIDTH + 1)}${label.padEnd(CHECK_WIDTH)}`, hint)];
}
