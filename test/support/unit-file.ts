/** The settings of a systemd unit by section and name; each may be there several times. */
export type UnitFile = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Reads a unit file (systemd.syntax(7)), as far as those here need it: no line goes on in the next. */
export function parseUnit(text: string): UnitFile {
  const sections: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (heading !== undefined) {
      section = {};
      sections[heading] = section;
    } else if (name !== undefined && value !== undefined) {
      const values = section[name] ?? [];
      values.push(value);
      section[name] = values;
    } else throw new Error(`no line of a unit file: ${line}`);
  }
  return sections;
}

/** A time span such as `90s`, in milliseconds. */
export function parseTimeSpan(text: string): number {
  const [, seconds] = /^(\d+)s$/.exec(text) ?? [];
  if (seconds === undefined) throw new Error(`no time in seconds: ${text}`);
  return Number(seconds) * 1_000;
}
