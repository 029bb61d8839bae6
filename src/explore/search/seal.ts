/**
 * Documents that carry a claim are sealed: a checksum over all they say, so that one that was damaged, cut off or
 * changed by hand is not believed. It is no signature: it tells accidents and edits, not forgers.
 */
import { createHash } from 'node:crypto';

/** Our documents are a few levels deep; one that is deeper is none of ours. */
const DEEPEST = 40;

export const checksumOf = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** JSON with the names of every object in order and no spaces: equal for documents that say the same. Throws RangeError. */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new RangeError(`more than ${DEEPEST} levels deep`);
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one, depth + 1)).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one, depth + 1)}`).join()}}`;
}

/** The document as it will be read back, with its checksum at the end. */
export function sealed<Document extends object>(document: Document): Document & { readonly checksum: string } {
  const plain = JSON.parse(JSON.stringify(document)) as Document;
  return { ...plain, checksum: checksumOf(canonicalJson(plain)) };
}

/** True when a document says what it said when it was sealed. */
export function isSealed(document: object): boolean {
  const { checksum, ...rest } = document as Readonly<Record<string, unknown>>;
  try {
    return checksum === checksumOf(canonicalJson(rest));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
