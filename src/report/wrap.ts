/** Lines for 80 columns: a long one is broken at a space, and what follows stands a little further in. */
export function wrapped(line: string, width = 80): string[] {
  if (line.length <= width) return [line];
  const indent = `${/^ */.exec(line)?.[0] ?? ''}    `;
  const at = line.lastIndexOf(' ', width);
  if (at <= indent.length) return [line];
  return [line.slice(0, at), ...wrapped(`${indent}${line.slice(at + 1)}`, width)];
}
