import { visible } from '../../base/visible.ts';

/** Text that is safe inside the page. */
export const escape = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** JSON inside a script element: nothing in it can end the element. */
export const embedded = (value: unknown): string =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** A cell: what is shown, and what it is sorted by. */
export interface Cell {
  readonly text: string;
  readonly value: number | string;
}

export const cell = (text: string, value: number | string = text): Cell => ({ text, value });

/** A table in a box that scrolls; with `sortable` every column has a button. */
export function tableHtml(head: readonly string[], rows: readonly (readonly Cell[])[], sortable = false): string {
  const heads = head.map((one) =>
    sortable
      ? `<th scope="col" aria-sort="none"><button type="button">${escape(one)}</button></th>`
      : `<th scope="col">${escape(one)}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row.map(({ text, value }) => `<td data-v="${escape(String(value))}">${escape(text)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0"><table${sortable ? ' class="sortable"' : ''}><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

export const details = (summary: string, content: string): string =>
  `<details><summary>${escape(summary)}</summary>${content}</details>`;

/** Steps for an axis from 0 to a bit beyond `most`: 1, 2 or 5 times a power of ten, four to eight of them. */
export function axisSteps(most: number): number[] {
  const rough = Math.max(most, 1e-9) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** Positions that keep `gap` between each other, as near to the wanted ones as it goes, none beyond `most`. */
export function spreadApart(wanted: readonly number[], gap: number, most: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed: number[] = [...wanted];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    last = Math.max(wanted[i] as number, last + gap);
    placed[i] = last;
  }
  let limit = most;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i] as number, limit);
    limit = (placed[i] as number) - gap;
  }
  return placed;
}
