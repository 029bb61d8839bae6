/** Lists on the command line: times such as 0,50ns,1us, and whole numbers. */
import { UsageError } from '../usage.ts';

const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6 };
const LONGEST_NS = 1e8;

/** The parts of a list with commas between. */
export const parts = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Nanoseconds of each time in a list. Throws UsageError. */
export function parseTimes(option: string, text: string): number[] {
  return parts(text).map((part) => {
    const match = /^(\d{1,12}(?:\.\d{1,6})?)(ns|us|ms)$/.exec(part);
    const time = part === '0' ? 0 : Number(match?.[1] ?? Number.NaN) * (NANOSECONDS[match?.[2] ?? ''] ?? 0);
    if (!(time <= LONGEST_NS)) {
      throw new UsageError(
        `${option} takes times from 0 to 100ms with commas between, such as 0,50ns,1us, not "${text}"`,
      );
    }
    return time;
  });
}

/** A whole number within bounds. Throws UsageError. */
export function parseWhole(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

/** Whole numbers with commas between, each once. Throws UsageError. */
export function parseWholes(option: string, text: string, least: number, most: number): number[] {
  const values = parts(text).map((part) => {
    const value = /^\d{1,10}$/.test(part) ? Number(part) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(`${option} takes whole numbers from ${least} to ${most} with commas between, not "${text}"`);
  });
  return [...new Set(values)];
}
