const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** The first word in which two arrays differ; -1 for none. */
export function differsAt(one: Int32Array, other: Int32Array): number {
  if (bytesOf(one).equals(bytesOf(other))) return -1;
  const at = one.findIndex((word, i) => word !== other[i]);
  return at < 0 ? one.length : at;
}
