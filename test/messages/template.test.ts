import { describe, expect, it } from 'vitest';
import { parseBodyTemplate } from '../../src/messages/index.js';

const fill = (template: string, count = 1) => Buffer.from(parseBodyTemplate(template)({ count })).toString();

describe('parseBodyTemplate', () => {
  it.each([
    ['no placeholder', 'no placeholder'],
    ['{{Count}}, {{ Count }} and {{Cnt}}', '7, 7 and 7'],
    ['{Count} }} {', '{Count} }} {'],
  ])('makes %j', (template, text) => {
    expect(fill(template, 7)).toBe(text);
  });

  it.each([
    ['{{Time}}', /^\d{1,2}:\d\d[AP]M$/],
    ['{{TimeStamp}}', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
    ['{{Unix}}', /^\d{10}$/],
    ['{{UnixNano}}', /^\d{19}$/],
    ['{{ID}}', /^[0-9A-Z]{22}$/],
    ['{{Random 10 20}}', /^[A-Za-z0-9]{10,20}$/],
    ['{{Random 3 3}}', /^[A-Za-z0-9]{3}$/],
  ])('fills in %s', (template, pattern) => {
    expect(fill(template)).toMatch(pattern);
  });

  it('gives the request back byte for byte', () => {
    const request = Buffer.from([0xff, 0, 0x0a]);
    const body = parseBodyTemplate('<{{Request}}>', true)({ count: 1, request });
    expect(body).toEqual(Buffer.concat([Buffer.from('<'), request, Buffer.from('>')]));
  });

  it.each(['{{Request}}', '{{Nothing}}', '{{Random 2 1}}', '{{Random}}', '{{}}'])('refuses %s', (template) => {
    expect(() => parseBodyTemplate(template)).toThrow(
      expect.objectContaining({ kind: 'usage', message: `--templates: unknown placeholder ${template}` }),
    );
  });
});
