/** Colours and layout of the page: light, dark, print. Eight colours that colour-blind eyes tell apart, three dashes. */
const LIGHT = `--page:#fcfcfb;--ink:#1c1e21;--dim:#5b6068;--line:#d9dbdf;--box:#fff;--warn:#8a4b00;--warnbox:#fff4e0;
--c0:#0067a8;--c1:#c24e00;--c2:#00795c;--c3:#a8326b;--c4:#6f5bbd;--c5:#8a6d00;--c6:#3a3f47;--c7:#0091b3;`;
const DARK = `--page:#15171a;--ink:#e7e9ec;--dim:#a2a8b1;--line:#353a41;--box:#1c1f23;--warn:#ffc36b;--warnbox:#33270f;
--c0:#5fb3f0;--c1:#ff9b5a;--c2:#3fcf9f;--c3:#f083b6;--c4:#b5a5ff;--c5:#e0c34c;--c6:#c3c8cf;--c7:#4fd3ee;`;

const series = Array.from({ length: 24 }, (_, i) => {
  const dash = ['', 'stroke-dasharray:7 3;', 'stroke-dasharray:2 3;'][i >> 3] ?? '';
  return `.s${i}{--own:var(--c${i & 7})}path.s${i}{stroke:var(--c${i & 7});${dash}}`;
}).join('\n');

export const style = `
:root{color-scheme:light;${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:20px 16px 60px}
header{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:baseline;justify-content:space-between}
h1{font-size:26px;margin:0}h2{font-size:19px;margin:36px 0 6px}h3{font-size:15px;margin:18px 0 4px}
p{margin:4px 0}.dim{color:var(--dim)}
.warn{background:var(--warnbox);color:var(--warn);border-left:4px solid currentColor;padding:8px 14px;margin:14px 0;border-radius:3px}
.warn ul{margin:0;padding-left:18px}
button,select{font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);border-radius:5px;padding:4px 10px}
button:focus-visible,select:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
.bar{display:flex;flex-wrap:wrap;gap:10px 18px;align-items:center;margin:12px 0}
.bar label{display:flex;gap:6px;align-items:center;min-width:0;max-width:100%}.bar select{min-width:0;max-width:100%}
.box{overflow-x:auto;background:var(--box);border:1px solid var(--line);border-radius:6px;padding:12px;margin:8px 0}
svg{display:block;width:100%;min-width:640px;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg text.dim{fill:var(--dim)}
.grid{stroke:var(--line);stroke-width:1;fill:none}
path.curve{fill:none;stroke-width:2}
.mark{fill:var(--own);stroke:var(--box);stroke-width:1}
.range{stroke:var(--own);stroke-width:2;fill:none}
.fill{fill:var(--own)}
.off{opacity:.13}
.legend{display:flex;flex-wrap:wrap;gap:4px 6px;margin:8px 0 0}
.legend button{display:flex;align-items:center;gap:6px;padding:2px 8px}
.legend button[aria-pressed=false]{opacity:.45;text-decoration:line-through}
.swatch{width:12px;height:12px;border-radius:3px;background:var(--own)}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:3px 10px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--box)}
th button{border:0;background:none;padding:0;font-weight:600}
th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
details{margin:8px 0}summary{cursor:pointer;color:var(--dim)}
#lanes{width:100%;display:block;touch-action:pan-y}
.hold{fill:var(--c0)}.wait{fill:var(--c1);opacity:.55}
[hidden]{display:none!important}
${series}
@media (max-width:560px){h1{font-size:22px}.box{padding:8px}main{padding:14px 10px 40px}}
@media print{button,select,.bar{display:none}.box{break-inside:avoid}[hidden].group{display:block!important}}
`;
