/**
 * What the page does by itself: theme, choice of load, CPUs and lock, hiding locks, sorting, and the time line, which is
 * drawn from the embedded data. Text of a script, because it runs in a browser.
 */
export const script = `
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const one = (selector, root) => (root || document).querySelector(selector);
const all = (selector, root) => [...(root || document).querySelectorAll(selector)];

one('#theme').addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});

const load = one('#load'), cpus = one('#cpus'), lock = one('#lock');
function choose() {
  for (const group of all('.group')) {
    const own = group.dataset.group === load.value;
    group.hidden = !own;
    if (!own) continue;
    const counts = all('[data-cpus]', group).map((part) => part.dataset.cpus);
    if (!counts.includes(cpus.value)) cpus.value = counts.at(-1);
    for (const part of all('[data-cpus]', group)) part.hidden = part.dataset.cpus !== cpus.value;
  }
  zoom = 1; start = 0;
  draw();
}
load.addEventListener('change', choose);
cpus.addEventListener('change', choose);
lock.addEventListener('change', () => { zoom = 1; start = 0; draw(); });

for (const button of all('.legend button')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') === 'true';
    button.setAttribute('aria-pressed', String(!on));
    for (const part of all('[data-lock]')) if (part.dataset.lock === button.dataset.name) part.classList.toggle('off', on);
  });
}

for (const table of all('table.sortable')) {
  const heads = all('th', table);
  heads.forEach((head, column) => one('button', head).addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') !== 'descending';
    for (const other of heads) other.setAttribute('aria-sort', 'none');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const body = one('tbody', table);
    const value = (row) => row.cells[column].dataset.v;
    const order = (a, b) => {
      const [x, y] = [value(a), value(b)];
      const numbers = x !== '' && y !== '' && !isNaN(x) && !isNaN(y);
      const less = numbers ? x - y : x < y ? -1 : x > y ? 1 : 0;
      return down ? -less : less;
    };
    body.append(...[...body.rows].sort(order));
  }));
}

const canvas = one('#lanes'), says = one('#says');
let zoom = 1, start = 0, shown = [], lanes = 0, end = 1;
const time = (ns) => ns >= 1e6 ? (ns / 1e6).toFixed(2) + ' ms' : ns >= 1e3 ? (ns / 1e3).toFixed(2) + ' us' : Math.round(ns) + ' ns';
const laneHeight = () => Math.max(7, Math.min(24, 520 / Math.max(1, lanes)));
function draw() {
  const row = data.find((r) => r.group === load.value && String(r.cpus) === cpus.value && r.lock === lock.value);
  shown = row ? row.holds : [];
  lanes = row ? row.cpus : 0;
  end = Math.max(1, ...shown.map((h) => h[3]));
  const css = getComputedStyle(document.documentElement), ink = (name) => css.getPropertyValue(name);
  const width = canvas.clientWidth || 600, height = lanes * laneHeight() + 24, scale = devicePixelRatio || 1;
  canvas.width = width * scale; canvas.height = height * scale; canvas.style.height = height + 'px';
  const g = canvas.getContext('2d');
  g.scale(scale, scale); g.clearRect(0, 0, width, height); g.font = '11px system-ui, sans-serif';
  const left = 48, span = end / zoom, x = (t) => left + ((t - start) / span) * (width - left - 8);
  const h = laneHeight();
  for (let cpu = 0; cpu < lanes; cpu++) {
    g.fillStyle = ink('--dim');
    if (h >= 11 || cpu % 4 === 0) g.fillText('CPU#' + cpu, 2, cpu * h + h / 2 + 4);
    g.fillStyle = ink('--line'); g.fillRect(left, cpu * h + h - 1, width - left - 8, 1);
  }
  g.save(); g.beginPath(); g.rect(left, 0, width - left - 8, height); g.clip();
  for (const [cpu, asked, got, released] of shown) {
    const y = cpu * h + 1;
    g.strokeStyle = ink('--c1'); g.lineWidth = 1;
    const from = x(asked), to = x(got);
    g.beginPath();
    for (let at = from - h; at < to; at += 4) { g.moveTo(Math.max(from, at), y + h - 3 - Math.max(0, from - at)); g.lineTo(Math.min(to, at + h - 3), y + Math.max(0, at + h - 3 - to)); }
    g.stroke();
    g.fillStyle = ink('--c0'); g.fillRect(to, y, Math.max(1, x(released) - to), h - 3);
  }
  g.restore();
  g.fillStyle = ink('--dim'); g.fillText(time(start), left, height - 6);
  const last = time(start + span); g.fillText(last, width - 8 - g.measureText(last).width, height - 6);
  says.textContent = shown.length === 0 ? 'no turns were kept for this lock' : 'move over the lanes to see who held the lock and who waited';
}
const at = (event) => {
  const box = canvas.getBoundingClientRect();
  return start + ((event.clientX - box.left - 48) / (box.width - 56)) * (end / zoom);
};
canvas.addEventListener('pointermove', (event) => {
  const t = at(event);
  if (shown.length === 0) return;
  const held = shown.filter((h) => h[2] <= t && t < h[3]).map((h) => 'CPU#' + h[0]);
  const waits = shown.filter((h) => h[1] <= t && t < h[2]).map((h) => 'CPU#' + h[0]);
  says.textContent = time(t) + ': ' + (held.length ? 'held by ' + held.join(', ') : 'free') + (waits.length ? '; waiting ' + waits.join(', ') : '; nobody waits');
});
function zoomBy(factor, centre) {
  const span = end / zoom, middle = centre === undefined ? start + span / 2 : centre;
  zoom = Math.min(200, Math.max(1, zoom * factor));
  start = Math.min(end - end / zoom, Math.max(0, middle - end / zoom / 2));
  draw();
}
one('#in').addEventListener('click', () => zoomBy(2));
one('#out').addEventListener('click', () => zoomBy(0.5));
one('#left').addEventListener('click', () => { start = Math.max(0, start - end / zoom / 2); draw(); });
one('#right').addEventListener('click', () => { start = Math.min(end - end / zoom, start + end / zoom / 2); draw(); });
let grabbed;
canvas.addEventListener('pointerdown', (event) => { grabbed = { at: at(event), x: event.clientX }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener('pointerup', (event) => {
  if (grabbed && Math.abs(event.clientX - grabbed.x) > 8) {
    const [a, b] = [grabbed.at, at(event)].sort((x, y) => x - y);
    zoom = Math.min(200, end / Math.max(1, b - a)); start = Math.min(end - end / zoom, Math.max(0, a)); draw();
  }
  grabbed = undefined;
});
addEventListener('resize', draw);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
one('#theme').addEventListener('click', draw);
choose();
`;
