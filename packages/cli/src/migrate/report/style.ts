/** Of the page. Light and dark by the reader's choice, and always light on paper. */
export const STYLE = `
:root { --paper: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --soft: #59636e; --rule: #d5dae0; --old: #b45309; --new: #1d5fd1;
  --equal: #17806d; --different: #c9302c; --alone: #a3abb5; --good: #17806d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --card: #1e2329; --ink: #e6e9ed; --soft: #9aa4af; --rule: #363d46; --old: #f0a04b;
  --new: #74a7ff; --equal: #3cb8a0; --different: #f0716b; --alone: #6c7682; --good: #4cc9b0; --bad: #ff8f88; } }
@media print { :root { --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --rule: #bbbbbb; --old: #b45309; --new: #1d5fd1;
  --equal: #17806d; --different: #c9302c; --alone: #a3abb5; --good: #17806d; --bad: #b3261e; }
  article, figure, tr, .difference { break-inside: avoid } h2, h3 { break-after: avoid } svg, .badge, .tile, i { print-color-adjust: exact; -webkit-print-color-adjust: exact } a { text-decoration: none } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.2rem; margin: 2rem 0 .75rem }
h3 { font-size: 1rem; margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
p { margin: .25rem 0 } a { color: inherit } code { font: .9em ui-monospace, Consolas, monospace }
.lead { color: var(--soft); margin-bottom: 1.25rem } .small, .axis, footer { color: var(--soft); font-size: .85rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .5rem; margin-bottom: 1.25rem }
.tile { background: var(--card); border: 1px solid var(--rule); border-top: 3px solid var(--rule); border-radius: .4rem; padding: .5rem .7rem }
.tile b { display: block; font-size: 1.35rem; white-space: nowrap; font-variant-numeric: tabular-nums } .tile span { color: var(--soft); font-size: .85rem }
.tile.ready, .tile.moved { border-top-color: var(--good) } .tile.not-ready { border-top-color: var(--bad) }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 600; font-size: .85rem; color: var(--soft) }
th, td { padding: .3rem .5rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top }
th:last-child, td:last-child { padding-right: 0 }
.n { text-align: right; white-space: nowrap } .overview td:nth-child(2) { white-space: nowrap }
.badge { font-size: .8rem; font-weight: 600; white-space: nowrap; border: 1px solid; border-radius: 1rem; padding: .05rem .55rem }
.badge.ready, .badge.moved { color: var(--good) } .badge.not-ready { color: var(--bad) }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; margin-top: 1.5rem }
.charts figure:last-child { grid-column: 1 / -1 }
figure, article { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .9rem 1rem; min-width: 0 }
article { margin-bottom: .9rem } figcaption { font-weight: 600 }
svg { display: block } svg text { fill: var(--soft); font-size: 12px }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .85rem } .legend i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .35rem }
.ends { display: flex; justify-content: space-between; gap: 1rem }
rect.equal { fill: var(--equal) } rect.different { fill: var(--different) } rect.alone { fill: var(--alone) }
i.equal { background: var(--equal) } i.different { background: var(--different) } i.alone { background: var(--alone) } i.old { background: var(--old) } i.new { background: var(--new) }
line.base, line.grid { stroke: var(--rule) } line.old { stroke: var(--old); stroke-width: 2.5 } line.new { stroke: var(--new); stroke-width: 2.5 }
circle.old { fill: var(--old) } circle.new { fill: var(--new) }
.lane { margin: .5rem 0 0; font-size: .85rem } .bars th, .bars td { border: 0; vertical-align: middle; white-space: nowrap } .bars td:nth-child(2) { width: 70% }
.bars td:last-child { text-align: right; padding-left: .5rem }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .4rem 1rem; margin: .5rem 0 } dt { color: var(--soft); font-size: .8rem } dd { margin: 0 }
.because { margin: .25rem 0 .5rem; padding-left: 1.1rem; color: var(--bad) }
.wide { overflow-x: auto } .wide td, .wide th { white-space: nowrap } .wide td.codes { color: var(--soft); font-size: .85rem; white-space: normal; min-width: 8rem }
.difference { border-left: 3px solid var(--different); padding-left: .75rem; margin-top: .75rem }
@media (max-width: 36rem) { .overview thead { display: none } .overview tr { display: grid; grid-template-columns: 1fr auto auto; gap: 0 .75rem; padding: .4rem 0; border-bottom: 1px solid var(--rule) }
  .overview td { border: 0; padding: 0 } .overview td:first-child { grid-column: 1 / -1 }
  .overview td:nth-child(3)::after { content: ' compared' } .overview td:nth-child(4)::after { content: ' equal' } .tile b { font-size: 1.2rem } }
ul { margin: .25rem 0; padding-left: 1.2rem } footer { margin-top: 2rem; border-top: 1px solid var(--rule); padding-top: .75rem }
`
