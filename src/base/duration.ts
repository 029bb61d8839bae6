const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** A timer takes no more. */
const MOST_MS = 0x7fffffff;

/** Milliseconds of `500ms`, `1.5s`, `2m` or `1h`; undefined for what is no time, or too long a one. */
export function millisecondsOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const duration = Number(digits) * (UNITS[unit] ?? 0);
  return duration > 0 && duration <= MOST_MS ? duration : undefined;
}
