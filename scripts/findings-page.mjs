/** The findings of docs/searches.md, or of a part of it: title and token of each. Throws for one without a token. */
export function findingsIn(text) {
  const [, ...findings] = text.split(/^### /m);
  return findings.map((finding) => {
    const title = finding.slice(0, finding.indexOf('\n'));
    const token = /^```\n(\S+)\n```$/m.exec(finding)?.[1];
    if (token === undefined) throw new Error(`docs/searches.md has no token of: ${title}`);
    return { title, token };
  });
}
