/** Says what a file that is no recording seems to be. */

const signatures: readonly (readonly [string, string])[] = [
  ['TLVMCORE', 'a memory dump of tasklock'],
  ['\u007fELF', 'an ELF file, such as a program or the vmcore of a real kernel'],
  ['KDUMP', 'a compressed vmcore of a real kernel'],
  ['\u001f\u008b', 'gzip; unpack it first'],
  ['BZh', 'bzip2; unpack it first'],
  ['\u00fd7zXZ', 'xz; unpack it first'],
  ['\u0028\u00b5\u002f\u00fd', 'zstd; unpack it first'],
  ['PK\u0003\u0004', 'a zip archive; unpack it first'],
  ['\u0089PNG', 'a picture'],
  ['%PDF', 'a PDF document'],
];

/** What the bytes look like, to follow "it is". */
export function describeForeign(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty';
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const known = signatures.find(([magic]) => head.startsWith(magic));
  if (known !== undefined) return known[1];
  // The control characters of a text are tab, line feed, form feed and carriage return.
  if (/[^\t\n\f\r -\u007e\u0080-\u00ff]/.test(head) || !isUtf8(bytes)) return 'binary data of another program';
  if (/^\s*[[{]/.test(head)) return 'JSON';
  if (/^\s*(?:profile|cpus|shared|task|always)\s/m.test(head)) return 'the text of a program, not of an execution';
  return 'a text';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // A character may be cut where the sample ends.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, 4096), { stream: true });
    return true;
  } catch {
    return false;
  }
}
