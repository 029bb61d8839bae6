/** Places in the kernel source by the numbers that the build gave them (`_THIS_IP_`). */
import { existsSync, readFileSync } from 'node:fs';

export interface Site {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** The function that is told of the place. */
  readonly call?: string;
}

const UNKNOWN: Site = { function: 'unknown', file: '?', line: 0 };
const table = new URL('../../../sites.json', import.meta.url);
const sites: readonly Site[] = existsSync(table) ? JSON.parse(readFileSync(table, 'utf8')) : [];

/** All of them, by number. */
export const allSites = (): readonly Site[] => sites;

export function site(number: number): Site {
  return sites[number] ?? UNKNOWN;
}

/** `copy_process (src/kernel/fork.ts:85)` */
export function siteText(number: number): string {
  const { function: name, file, line } = site(number);
  return line === 0 ? name : `${name} (${file}:${line})`;
}
