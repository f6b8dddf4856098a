import { expect, it } from 'vitest';
import { STYLE } from '../../../../src/bench/report/page/style.js';

/** Of each scheme, in the order in which the style sheet has them. */
const SCHEMES = [...STYLE.matchAll(/:root \{[^}]*--ground[^}]*\}/g)].map(
  ([block]) => new Map([...block.matchAll(/--([\w-]+): (#\w+);/g)].map(([, name = '', color = '']) => [name, color])),
);

it.each([
  ['light', 0],
  ['dark', 1],
])('has lines that stand out from the ground, in %s', (_, index) => {
  const colors = SCHEMES[index] ?? new Map<string, string>();
  const ground = colors.get('ground') ?? '';
  const names = ['look-1', 'look-2', 'look-3', 'look-4', 'axis', 'warn-edge'];
  expect(names.filter((name) => contrast(colors.get(name) ?? ground, ground) < 3)).toEqual([]);
});

/** As WCAG 2.2 defines it: 1 to 21. */
function contrast(color: string, ground: string): number {
  const [light = 0, dark = 0] = [luminance(color), luminance(ground)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const hex = color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color;
  const [red = 0, green = 0, blue = 0] = (hex.match(/[\da-f]{2}/gi) ?? []).map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
