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

/** A number with thin groups of three: 1 234 567. */
export const grouped = (value: number): string => String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ' ');

/** A number of things: 1 execution, 2 000 executions. */
export const plural = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
