/**
 * `--faults`: what of a program's system calls fails on purpose. Written into the CPUs' own blocks before they run, where
 * the kernel looks (kernel/fault-inject.ts).
 */
import { didYouMean } from '../base/suggest.ts';
import { Random } from '../base/random.ts';
import { allSites } from '../check/evidence/sites.ts';
import type { RamView } from '../check/evidence/view.ts';
import { FAULTS_CHOSEN, FAULTS_NTH, FAULTS_RATE } from '../kernel/fault-sites.ts';
import { faultClasses } from './fault-classes.ts';
import { kernel } from '../kernel/layout.ts';
import { cpu_area, cpuAddress, machine } from '../machine/map.ts';

/** Plain data. */
export interface Faults {
  /** `nth:N`, `rate:P` or `each`. */
  readonly setting: string;
  /** Names of what may fail; none for everything. */
  readonly sites: readonly string[];
}

/** A setting or a name that there is not. */
export class FaultError extends RangeError {}

const SETTING = /^(?:each|nth:([1-9]\d{0,8})|rate:(0?\.\d{1,9}|0|1|1\.0*))$/;
/** Parts of a chance. */
const WHOLE = 2 ** 31;
/** Places that the kernel has room for. */
const MOST_SITES = 256;

/** Places that ask for an object of a cache, but for those of boot, which nobody lets fail: number and function. */
const places = (): { readonly number: number; readonly name: string }[] =>
  allSites().flatMap(({ call, function: name, file }, number) =>
    call === 'kmem_cache_alloc' && !file.endsWith('boot.ts') ? [{ number, name }] : [],
  );

/** What `--fault-sites` knows: groups, the classes in them, and functions of the kernel that ask for an object. */
export function faultSites() {
  const groups = [...new Set(faultClasses.map(({ group }) => group))];
  return [
    ...groups.map((name) => {
      const inside = faultClasses.filter((one) => one.group === name);
      return { name, kind: 'group', error: inside[0]?.error ?? '', about: aboutGroup[name] ?? '' };
    }),
    ...faultClasses.map(({ name, error, about }) => ({ name, kind: 'class', error, about })),
    ...[...new Set(places().map(({ name }) => name))].map((name) => ({
      name,
      kind: 'function',
      error: 'ENOMEM',
      about: `objects that ${name} asks for`,
    })),
  ];
}

const aboutGroup: Readonly<Record<string, string>> = {
  slab: 'any object of a slab cache',
  user: 'any access to user memory of a system call',
  descriptors: 'a descriptor: too many are open',
  nproc: 'a process: RLIMIT_NPROC',
  pids: 'a process number',
};

/** The setting of two options; undefined for none. Throws FaultError. */
export function parseFaults(setting: string, sites?: string): Faults | undefined {
  const names = sites === undefined ? [] : sites.split(',').map((one) => one.trim());
  const known = faultSites().map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new FaultError(
      `unknown fault site "${name}"${didYouMean(name, known)}: tasklock list faults tells what there is`,
    );
  }
  if (setting === 'none') {
    if (sites !== undefined) throw new FaultError('--fault-sites says what --faults may fail: give that as well');
    return undefined;
  }
  if (!SETTING.test(setting)) {
    throw new FaultError(
      `--faults takes none, each, nth:N with N from 1, or rate:P with P from 0 to 1, not "${setting}"`,
    );
  }
  return { setting, sites: [...new Set(names)].sort() };
}

/** `each of slab, pids` */
export const faultsText = ({ setting, sites }: Faults): string =>
  sites.length === 0 ? setting : `${setting} of ${sites.join(', ')}`;

/** The chance of `rate:P`; undefined of another setting. */
export function chanceOf({ setting }: Faults): number | undefined {
  return setting.startsWith('rate:') ? Number(setting.slice('rate:'.length)) : undefined;
}

/** Bits of the classes, and of the places, that may fail. */
function bitsOf({ sites }: Faults): { readonly classes: number; readonly places: Int32Array } {
  const bits = new Int32Array(MOST_SITES >> 5);
  if (sites.length === 0) return { classes: -1, places: bits };
  let classes = 0;
  for (const { number, name, group } of faultClasses) {
    if (sites.includes(name) || sites.includes(group)) classes |= 1 << number;
  }
  for (const { number, name } of places()) {
    if (!sites.includes(name)) continue;
    if (number >= MOST_SITES) throw new RangeError(`the kernel has no room for place ${number}`);
    bits[number >> 5] = (bits[number >> 5] as number) | (1 << (number & 31));
  }
  return { classes, places: bits };
}

/**
 * Arms every CPU of a booted machine that does not run yet. `seed`: what the draws of `rate` follow from; without one a
 * search chooses whatever is not `nth`.
 */
export function armFaults(memory: ArrayBufferLike, faults: Faults, seed?: number): void {
  const words = new Int32Array(memory);
  const { classes, places: bits } = bitsOf(faults);
  words.set(bits, kernel.fault_sites >> 2);
  const nth = /^nth:(\d+)$/.exec(faults.setting)?.[1];
  const mode = nth !== undefined ? FAULTS_NTH : seed === undefined ? FAULTS_CHOSEN : FAULTS_RATE;
  const argument = nth === undefined ? Math.round((chanceOf(faults) ?? 0) * WHOLE) : Number(nth);
  for (let cpu = 0; cpu < (words[machine.ncpus >> 2] as number); cpu++) {
    const at = (field: number): number => (cpuAddress(cpu) + field) >> 2;
    words[at(cpu_area.fault_mode)] = mode;
    // What is drawn has 31 bits: the highest chance is all of them.
    words[at(cpu_area.fault_argument)] = Math.min(argument, WHOLE - 1);
    words[at(cpu_area.fault_drawn)] = new Random(seed ?? 0, cpu + 1).next() | 1;
    words[at(cpu_area.fault_classes)] = classes;
  }
}

/** How often something was asked whether it is to fail, and how often it did. */
export interface FaultCounts {
  readonly asked: number;
  readonly failed: number;
}

export function countFaults(view: RamView): FaultCounts {
  let [asked, failed] = [0, 0];
  for (let cpu = 0; cpu < view.word(machine.ncpus); cpu++) {
    asked += view.word(cpuAddress(cpu) + cpu_area.fault_asked) >>> 0;
    failed += view.word(cpuAddress(cpu) + cpu_area.fault_failed) >>> 0;
  }
  return { asked, failed };
}
