/**
 * The page's only style sheet. Colours are named once for light and once for dark; on paper they are always light. Text
 * has a contrast of at least 4.5 to its ground and lines of at least 3, as WCAG 2.2 asks for (AA).
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f5f6f8; --text: #1b1f26; --quiet: #59616e; --edge: #d7dbe1; --grid: #e6e9ed; --axis: #7a828f;
  --look-1: #1d5fc4; --look-2: #b4480a; --look-3: #0a7467; --look-4: #8a2fa3;
  --good: #176c36; --bad: #b3201f; --warn-ground: #fdf4dc; --warn-edge: #a66a00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1c2027; --text: #e4e7ec; --quiet: #9ba4b2; --edge: #353b45; --grid: #272c34; --axis: #7d8694;
    --look-1: #74aaff; --look-2: #f39a5f; --look-3: #4dc7b3; --look-4: #d59bea;
    --good: #6fce8e; --bad: #ff8a80; --warn-ground: #2c2410; --warn-edge: #d9a441;
  }
}
@media (forced-colors: active) {
  :root { --grid: GrayText; --axis: CanvasText; --quiet: CanvasText; --look-1: CanvasText; --look-2: LinkText; --look-3: CanvasText; --look-4: LinkText; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1, h2, h3, p, ul, dl, figure { margin: 0; padding: 0; }
h1 { font-size: 24px; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 18px; font-weight: 600; margin-bottom: 12px; }
h3 { font-size: 15px; font-weight: 600; }
section { margin-top: 40px; }
ul { list-style: none; }
.about { color: var(--quiet); margin-top: 6px; }
.about li { display: flex; gap: 8px; align-items: baseline; }
.about li span { overflow-wrap: anywhere; min-width: 0; }
.about strong { color: var(--text); }
.warnings { margin-top: 20px; padding: 12px 16px; background: var(--warn-ground); border-left: 4px solid var(--warn-edge); overflow-wrap: anywhere; }
.warnings h2 { font-size: 15px; margin-bottom: 4px; }
.warnings li + li { margin-top: 4px; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(106px, 1fr)); margin-top: 24px; border: solid var(--edge); border-width: 1px 0 0 1px; }
.key div { border: solid var(--edge); border-width: 0 1px 1px 0; padding: 10px 14px; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.key dt { color: var(--quiet); font-size: 13px; }
.key dd { margin: 0; font-size: 22px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.stacked > * + * { margin-top: 28px; }
.columns { display: grid; gap: 28px; grid-template-columns: minmax(0, 1fr); }
figure { break-inside: avoid; }
figcaption { color: var(--quiet); font-size: 13px; margin-top: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; margin-top: 2px; }
.legend li { display: flex; align-items: center; gap: 6px; min-width: 0; overflow-wrap: anywhere; }
.swatch { flex: none; }
.plot { padding: 30px 12px 46px 52px; }
svg { display: block; overflow: visible; }
.plot > svg, .lines { width: 100%; }
text { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
text.x { text-anchor: middle; }
text.y { text-anchor: end; dominant-baseline: central; }
text.end { text-anchor: end; }
.label text, text.name { fill: var(--text); }
text.name { font-weight: 600; }
.label text { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; }
.grid { stroke: var(--grid); }
.axis, .tick { stroke: var(--axis); }
.rule { stroke: var(--text); stroke-dasharray: 2 3; }
path, .interval { fill: none; stroke: var(--look); }
.line { stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.look-1 { --look: var(--look-1); }
.look-2 { --look: var(--look-2); }
.look-3 { --look: var(--look-3); }
.look-4 { --look: var(--look-4); }
.line.look-2 { stroke-dasharray: 7 4; }
.line.look-3 { stroke-dasharray: 1 3.5; }
.line.look-4 { stroke-dasharray: 9 4 1 4; }
.line.plan { stroke: var(--axis); stroke-width: 1.25; stroke-dasharray: 4 4; }
.tick { stroke: var(--axis); }
.dot { stroke-width: 8; stroke-linecap: round; }
.cross { stroke-width: 2; }
.interval { stroke-width: 12; opacity: .3; }
.run { fill: var(--look); stroke: var(--ground); stroke-width: 1.5; }
.median { stroke: var(--text); stroke-width: 2; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--look-1); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 14px; }
.texts, .columns table { width: 100%; }
caption { text-align: left; font-weight: 600; font-size: 15px; padding-bottom: 6px; }
th, td { padding: 5px 20px 5px 0; border-bottom: 1px solid var(--edge); vertical-align: baseline; text-align: left; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; border-bottom-color: var(--axis); }
tbody th { font-weight: 400; color: var(--quiet); }
.figures td, .figures thead th { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.figures thead th:first-child, .figures tbody th { text-align: left; }
.seconds thead th:first-child { text-align: right; }
.texts td { overflow-wrap: anywhere; }
.texts th { white-space: nowrap; }
.figures small { display: block; font-size: 12px; color: var(--quiet); }
.words { white-space: normal; }
.kept { color: var(--good); }
.missed { color: var(--bad); font-weight: 600; }
em { font-style: normal; font-weight: 600; color: var(--text); border-bottom: 2px solid var(--look-2); }
.note { color: var(--quiet); font-size: 13px; margin-top: 6px; }
.verdict { font-size: 17px; margin-bottom: 14px; }
summary { cursor: pointer; padding: 6px 0; }
details .scroll { max-height: 480px; overflow-y: auto; margin-top: 8px; }
.seconds thead th { position: sticky; top: 0; background: var(--ground); }
@media (min-width: 900px) {
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 36px 48px; align-items: start; }
}
@media (max-width: 560px) {
  main { padding: 20px 14px 40px; }
  h1 { font-size: 20px; }
  .spare { display: none; }
  th, td { padding-right: 12px; }
  .texts th { white-space: normal; }
}
@media print {
  :root { color-scheme: light; }
  main { max-width: none; padding: 0 12px; }
  section { margin-top: 24px; }
  h2, h3, summary { break-after: avoid; }
  tr { break-inside: avoid; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  .warnings, .key { print-color-adjust: exact; }
}
`;
