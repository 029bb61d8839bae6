/** Numbers for people: three digits and a unit. */
import type { Sample } from '../lab/result.ts';

function digits(value: number): string {
  if (value >= 99.95 || value === 0) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** A count or a rate: 812, 12.3k, 4.56M. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 999.5e6) return `${digits(value / 1e9)}G`;
  if (value >= 999.5e3) return `${digits(value / 1e6)}M`;
  if (value >= 9_995) return `${digits(value / 1e3)}k`;
  return value.toFixed(0);
}

/** A time in nanoseconds: 83ns, 1.50us, 304us, 1.20ms, 2.00s. */
export function time(ns: number): string {
  if (!Number.isFinite(ns)) return '-';
  if (ns >= 999.5e6) return `${digits(ns / 1e9)}s`;
  if (ns >= 999.5e3) return `${digits(ns / 1e6)}ms`;
  if (ns >= 999.5) return `${digits(ns / 1e3)}us`;
  return `${ns.toFixed(0)}ns`;
}

/** From the least to the greatest of so many rounds: of one there is no range. */
export const range = ({ min, max }: Sample, rounds: number): string =>
  rounds < 2 ? '-' : `${count(min)}-${count(max)}`;

const EIGHTHS = ' ▏▎▍▌▋▊▉█';

/** A bar of `width` characters for a share from 0 to 1, exact to an eighth of one. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share || 0)) * width * 8);
  const full = '█'.repeat(eighths >> 3);
  return (full + ((eighths & 7) === 0 ? '' : EIGHTHS[eighths & 7])).padEnd(width);
}
