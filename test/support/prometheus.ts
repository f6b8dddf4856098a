import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTempDir } from './guardian.js';
import { type RunningProgram, runProgram, startProgram } from './program.js';
import { requireTool } from './tools.js';

type Labels = Readonly<Record<string, string>>;

/** A series as Prometheus has it. */
export interface Series {
  readonly labels: Labels;
  readonly value: number;
}

export interface Prometheus extends RunningProgram {
  /** What an expression of PromQL gives now. */
  query(expression: string): Promise<readonly Series[]>;
  /** Of the page that it scrapes: `up`, or why not. */
  health(): Promise<string>;
}

/** Starts a Prometheus that scrapes a page of metrics every half a second. */
export async function startPrometheus(pageUrl: string): Promise<Prometheus> {
  const dir = createTempDir('prometheus');
  const { host, pathname } = new URL(pageUrl);
  const config = join(dir, 'prometheus.json');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
      scrape_configs: [{ job_name: 'natsctl', metrics_path: pathname, static_configs: [{ targets: [host] }] }],
    }),
  );
  const program = startProgram(requireTool('prometheus'), [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  const [, address] = await program.waitForLine('stderr', /Listening on"? address=(127\.0\.0\.1:[1-9]\d*)/);
  await program.waitForLine('stderr', /Server is ready to receive web requests/);
  const ask = async (path: string) => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    return ((await response.json()) as { readonly data: unknown }).data;
  };
  return Object.assign(program, {
    async query(expression: string) {
      const data = await ask(`query?${new URLSearchParams({ query: expression })}`);
      const { result } = data as { result: readonly { metric: Labels; value: readonly [number, string] }[] };
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async health() {
      const { activeTargets } = (await ask('targets')) as {
        activeTargets: readonly { health: string; lastError: string }[];
      };
      const [target] = activeTargets;
      return target?.lastError || (target?.health ?? 'unknown');
    },
  });
}

/** What `promtool check metrics` finds in a page: nothing where all is well. */
export async function lintMetrics(text: string): Promise<string> {
  const promtool = join(dirname(requireTool('prometheus')), 'promtool');
  const { code, stdout, stderr } = await runProgram(promtool, ['check', 'metrics'], { stdin: text });
  const found = `${stdout}${stderr}`;
  return code === 0 ? found : found || `exit ${code}`;
}

/** Asks for the metrics of a pool; the values by name and labels, as they stand there. */
export async function scrape(healthUrl: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${healthUrl}/metrics`);
  if (response.status !== 200) throw new Error(`/metrics: ${response.status}`);
  return samplesOf(await response.text());
}

/** The samples of a page of metrics whose labels hold no blank. */
export function samplesOf(text: string): Readonly<Record<string, number>> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((sample) => {
      const [series = '', value] = sample.split(' ');
      return [series, Number(value)];
    }),
  );
}
