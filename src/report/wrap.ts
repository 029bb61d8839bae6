/** Lines for 80 columns: a long one is broken at spaces, and what follows stands a little further in. */
export function wrapped(line: string, width = 80): string[] {
  const indent = `${/^ */.exec(line)?.[0] ?? ''}    `;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = breakIn(rest, width);
    if (at <= (lines.length === 0 ? indent.length - 4 : indent.length)) break;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at + 1);
  }
  return [...lines, rest];
}

/** The last space up to a place that is not inside a number such as 35 118. */
function breakIn(text: string, width: number): number {
  let at = text.lastIndexOf(' ', width);
  while (at > 0 && /\d$/.test(text.slice(0, at)) && /^ \d{3}(?!\d)/.test(text.slice(at))) {
    at = text.lastIndexOf(' ', at - 1);
  }
  return at;
}
