/** Numbers of things, as a person says them. */

/** A number with thin groups of three: 1 234 567. A dash for what is none. */
export const grouped = (value: number): string =>
  Number.isFinite(value) ? String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ' ') : '-';

/** A number of things: 1 execution, 2 000 executions. `many` where an s does not do. */
export const plural = (count: number, what: string, many = `${what}s`): string =>
  `${grouped(count)} ${count === 1 ? what : many}`;

/** A value with so many digits behind the point, a dash for what is none. */
export const fixed = (value: number | null | undefined, digits: number): string =>
  Number.isFinite(value) ? Number(value).toFixed(digits) : '-';

/** An estimate: from a thousand million on it is no more than a power of ten. */
export const roughly = (value: number): string =>
  value < 1e9 ? grouped(value) : `10^${Math.floor(Math.log10(value))}`;
