import { expect, it } from 'vitest';
import { html, trusted } from '../../../../src/bench/report/page/markup.js';

it('escapes what is put in, for an element and for a quoted attribute', () => {
  const hostile = `</script><img src=x onerror="alert('1')">&amp;`;
  expect(html`<b title="${hostile}">${hostile}</b>`.toString()).toBe(
    '<b title="&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</b>',
  );
});

it('shows control characters and those that turn the reading direction', () => {
  expect(html`${'a\u202eb\u0000\n'}`.toString()).toBe('a\\u202eb\\x00\\n');
});

it('does not escape twice, joins lists and leaves out what is absent', () => {
  expect(html`<ul>${['a<', 1].map((item) => html`<li>${item}</li>`)}${undefined}${false}</ul>`.toString()).toBe(
    '<ul><li>a&lt;</li><li>1</li></ul>',
  );
  expect(html`${trusted('a > b')}`.toString()).toBe('a > b');
});

it('does not take an object that only looks like HTML for it', () => {
  const forged = { toString: () => '<script>' } as unknown as string;
  expect(html`${forged}`.toString()).toBe('&lt;script&gt;');
});
