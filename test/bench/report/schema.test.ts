import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { REPORT_VERSION } from '../../../src/bench/report/report.js';
import schema from '../../../src/bench/report/report.schema.json' with { type: 'json' };
import { FULL_REPORT, LEAST_PARTS, LEAST_REPORT } from './sample-reports.js';

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });

/** The same, which takes no field that it does not name. The figures stand within a report, which has others besides. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, closed(value)]));
  const isObject = part !== schema.$defs.figures && copy['type'] === 'object' && copy['properties'] !== undefined;
  return isObject ? { ...copy, unevaluatedProperties: false } : copy;
}

/** The names of all properties of a schema, at every depth, with the places where they are. */
function namesIn(part: unknown, place = ''): string[] {
  if (Array.isArray(part)) return part.flatMap((item) => namesIn(item, place));
  if (typeof part !== 'object' || part === null) return [];
  const { $ref, properties, items, allOf } = part as AnySchemaObject;
  const own = Object.entries((properties ?? {}) as object).flatMap(([name, value]) => [
    `${place}.${name}`,
    ...namesIn(value, `${place}.${name}`),
  ]);
  const defined = schema.$defs[String($ref).slice('#/$defs/'.length) as keyof typeof schema.$defs];
  return [...own, ...namesIn(defined, place), ...namesIn(items, place), ...namesIn(allOf, place)];
}

/** The same of a value. */
function placesIn(value: unknown, place = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => placesIn(item, place));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [`${place}.${name}`, ...placesIn(inner, `${place}.${name}`)]);
}

const isUnique = (place: string, index: number, all: string[]): boolean => all.indexOf(place) === index;
const without = (object: object, name: string): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

describe('the schema of a report', () => {
  const open = ajv.compile(schema);
  const strict = ajv.compile({ ...(closed(schema) as object), $id: 'urn:natsctl:closed' });

  it.each([
    ['the least there is', LEAST_REPORT],
    ['all there may be', FULL_REPORT],
    ['the least of each part', { ...LEAST_REPORT, ...LEAST_PARTS }],
  ])('describes %s', (_, report) => {
    expect(strict(report) ? [] : strict.errors).toEqual([]);
    expect(open(report) ? [] : open.errors).toEqual([]);
  });

  it('has the fields of the type, and no others', () => {
    // That the full report is one, and has all fields, the compiler says; kinds of errors are values, not fields.
    const isKind = (place: string): boolean => /\.errors\.\w+$/.test(place);
    const fields = placesIn(FULL_REPORT).filter((place) => !isKind(place));
    expect(namesIn(schema).filter(isUnique).sort()).toEqual(fields.filter(isUnique).sort());
  });

  it('requires what the type does', () => {
    for (const name of Object.keys(LEAST_REPORT)) expect(open(without(LEAST_REPORT, name)), name).toBe(false);
    for (const part of ['shape', 'generator', 'environment'] as const) {
      for (const name of Object.keys(LEAST_REPORT[part])) {
        const report = { ...LEAST_REPORT, [part]: without(LEAST_REPORT[part], name) };
        expect(open(report), `${part}.${name}`).toBe(false);
      }
    }
    for (const [part, value] of Object.entries(LEAST_PARTS)) {
      const isList = Array.isArray(value);
      const item = isList ? value[0] : value;
      for (const name of Object.keys(item)) {
        const less = without(item, name);
        expect(open({ ...LEAST_REPORT, [part]: isList ? [less] : less }), `${part}.${name}`).toBe(false);
      }
    }
  });

  it('has the version of the reports', () => {
    expect(schema.properties.report_version.const).toBe(REPORT_VERSION);
    expect(schema.$id).toBe(`urn:natsctl:bench-report:${REPORT_VERSION}`);
  });

  it('takes fields that come later, and no error of an unknown kind', () => {
    expect(open({ ...LEAST_REPORT, later: 1 })).toBe(true);
    expect(strict({ ...LEAST_REPORT, later: 1 })).toBe(false);
    expect(open({ ...LEAST_REPORT, errors: { unheard_of: 1 } })).toBe(false);
  });
});
