/** What there is, as data and as lines for a person. */
import { faultSites } from '../boot/faults.ts';
import { checkers } from '../check/observers/checkers.ts';
import { strategies } from '../explore/strategies/index.ts';
import { lockClassNames } from '../kernel/locks.ts';
import { profileNames, profiles } from '../kernel/profiles.ts';
import { locks } from '../machine/locks/index.ts';
import { mutants } from '../mutant/index.ts';
import { scenarios } from '../scenario/builtin/index.ts';
import { smallScenarios } from '../scenario/small/index.ts';
import { wrapped } from './wrap.ts';

interface List {
  readonly about: string;
  /** Entries, each with a name. */
  readonly entries: () => readonly { readonly name: string }[];
  readonly lines: () => string[];
}

const lockClasses = (): string[] => lockClassNames.filter((name) => name !== '');
const indented = ({ name, about }: { readonly name: string; readonly about: string }): string[] => [
  name,
  `    ${about}`,
];

export const lists = {
  scenarios: {
    about: 'programs that come with it, for stress and explore',
    entries: () => [
      ...scenarios.map(({ name, about, invariant }) => ({ name, about, invariant, small: false })),
      ...smallScenarios.map(({ name, about }) => ({ name, about, invariant: null, small: true })),
    ],
    lines: () => [
      ...scenarios.flatMap(({ name, about, invariant }) => [name, `    ${about}`, `    invariant: ${invariant}`]),
      'small ones, for explore:',
      ...smallScenarios.map(({ name, about }) => `${name.padEnd(24)}${about}`),
    ],
  },
  profiles: {
    about: 'kernels, for --profile',
    entries: () => profileNames.map((name) => ({ name, about: profiles[name].about })),
    lines: () => profileNames.map((name) => `${name.padEnd(14)} ${profiles[name].about}`),
  },
  strategies: {
    about: 'ways to search, for explore --strategy',
    entries: () => strategies.map(({ name, about, exhaustive }) => ({ name, about, exhaustive })),
    lines: () => strategies.flatMap(indented),
  },
  checkers: {
    about: 'what watches an execution, for explore --checkers',
    entries: () =>
      checkers.map(({ name, about, forModules, standard }) => ({ name, about, forModules, standardFor: standard })),
    lines: () => checkers.flatMap(indented),
  },
  locks: {
    about: 'lock algorithms, and the lock classes of the kernel',
    entries: () => [
      ...locks.map(({ name, title, about, paper, shape, fifo, parks }) => ({
        name,
        kind: 'algorithm',
        title,
        about,
        paper,
        shape,
        fifo,
        parks,
      })),
      ...lockClasses().map((name) => ({ name, kind: 'class' })),
    ],
    lines: () => [
      'algorithms, for explore lock:NAME and bench:',
      ...locks.flatMap(({ name, title, paper, about, fifo, parks }) => [
        `${name.padEnd(15)}${title}${fifo ? '; first come, first served' : ''}${parks ? '; waiters sleep' : ''}`,
        ...wrapped(`    ${about}`),
        ...wrapped(`    ${paper}`),
      ]),
      'classes of the kernel, for --lock and in reports:',
      ...lockClasses(),
    ],
  },
  mutants: {
    about: 'seeded bugs of locks, for explore lock:NAME --mutant',
    entries: () => mutants.map(({ name, lock, about }) => ({ name, lock, about })),
    lines: () =>
      mutants.flatMap(({ name, lock, about }) => [`${name.padEnd(28)}lock:${lock}`, ...wrapped(`    ${about}`)]),
  },
  faults: {
    about: 'what can fail on purpose, for --fault-sites',
    entries: faultSites,
    lines: () => faultSites().map(({ name, error, about }) => `${name.padEnd(18)}${error.padEnd(8)}${about}`),
  },
} as const satisfies Readonly<Record<string, List>>;

export type ListName = keyof typeof lists;
export const listNames = Object.keys(lists) as ListName[];

/** One of them, or without a name what can be listed. */
export function listText(what: ListName | undefined): string {
  const lines =
    what === undefined
      ? listNames.map((name) => `tasklock list ${name.padEnd(12)}${lists[name].about}`)
      : lists[what].lines();
  return `${lines.join('\n')}\n`;
}

/** One of them, or all. */
export function listJson(what: ListName | undefined) {
  const names = what === undefined ? listNames : [what];
  return {
    schema: 'tasklock.list/1',
    command: 'list',
    ...Object.fromEntries(names.map((name) => [name, lists[name].entries()])),
  };
}
