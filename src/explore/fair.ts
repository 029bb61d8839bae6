/** The enabled CPU that comes next after `last`, in turn. */
export function fairNext(enabled: number, last: number): number {
  const above = enabled & ~((2 << last) - 1);
  const mask = above === 0 ? enabled : above;
  return 31 - Math.clz32(mask & -mask);
}
