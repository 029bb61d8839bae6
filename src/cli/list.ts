/** tasklock list scenarios|profiles|strategies|checkers|locks|mutants */
import type { Command } from 'commander';
import { checkers } from '../check/observers/checkers.ts';
import { strategies } from '../explore/strategies/index.ts';
import { locks } from '../machine/locks/index.ts';
import { mutants } from '../mutant/index.ts';
import { wrapped } from '../report/wrap.ts';
import { lockClassNames } from '../kernel/locks.ts';
import { profileNames, profiles } from '../kernel/profiles.ts';
import { scenarios } from '../scenario/builtin/index.ts';
import { smallScenarios } from '../scenario/small/index.ts';
import { didYouMean } from '../base/suggest.ts';
import { print } from './output.ts';
import { EXIT_OK, UsageError } from './usage.ts';

const lists: Readonly<Record<string, () => string[]>> = {
  scenarios: () => [
    ...scenarios.flatMap(({ name, about, invariant }) => [name, `    ${about}`, `    invariant: ${invariant}`]),
    'small ones, for explore:',
    ...smallScenarios.map(({ name, about }) => `${name.padEnd(24)}${about}`),
  ],
  profiles: () => profileNames.map((name) => `${name.padEnd(14)} ${profiles[name].about}`),
  strategies: () => strategies.flatMap(({ name, about }) => [name, `    ${about}`]),
  checkers: () => checkers.flatMap(({ name, about }) => [name, `    ${about}`]),
  locks: () => [
    'algorithms, for explore lock:NAME and bench:',
    ...locks.flatMap(({ name, title, paper, about, fifo, parks }) => [
      `${name.padEnd(15)}${title}${fifo ? '; first come, first served' : ''}${parks ? '; waiters sleep' : ''}`,
      ...wrapped(`    ${about}`),
      ...wrapped(`    ${paper}`),
    ]),
    'classes of the kernel, for --lock and in reports:',
    ...lockClassNames.filter((name) => name !== ''),
  ],
  mutants: () =>
    mutants.flatMap(({ name, lock, about }) => [`${name.padEnd(28)}lock:${lock}`, ...wrapped(`    ${about}`)]),
};

export function listCommand(program: Command, finish: (code: number) => void): void {
  const names = Object.keys(lists);
  program
    .command('list')
    .argument('<what>', names.join(', '))
    .summary('what there is')
    .description(`Lists what there is of: ${names.join(', ')}.`)
    .action((what: string) => {
      const lines = lists[what];
      if (lines === undefined)
        throw new UsageError(
          `nothing to list called "${what}"${didYouMean(what, names)}: there are ${names.join(', ')}`,
        );
      print(`${lines().join('\n')}\n`);
      finish(EXIT_OK);
    });
}
