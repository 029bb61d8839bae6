/** Plain tables for 80 columns: first column to the left, numbers to the right. */

/** Lines of a table; `rows[0]` is its head. Wide ones take a `gap` of one space. */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

export { grouped, plural } from '../base/numbers.ts';
