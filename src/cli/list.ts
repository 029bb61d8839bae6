/** tasklock list [scenarios|profiles|strategies|checkers|locks|mutants|faults] */
import type { Command } from 'commander';
import { didYouMean } from '../base/suggest.ts';
import { listJson, type ListName, listNames, listText } from '../report/lists.ts';
import { print } from './output.ts';
import { EXIT_OK, UsageError } from './usage.ts';

function parseList(what: string): ListName {
  const found = listNames.find((name) => name === what);
  if (found !== undefined) return found;
  throw new UsageError(
    `nothing to list called "${what}"${didYouMean(what, listNames)}: there are ${listNames.join(', ')}`,
  );
}

export function listCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('list')
    .argument('[what]', listNames.join(', '))
    .summary('what there is')
    .description(`Lists what there is of: ${listNames.join(', ')}. Without an argument what can be listed.`)
    .option('--json', 'one JSON document on stdout; without an argument with all of them')
    .action((what: string | undefined, flags: { readonly json?: boolean }) => {
      const list = what === undefined ? undefined : parseList(what);
      print(flags.json ? `${JSON.stringify(listJson(list), null, 2)}\n` : listText(list));
      finish(EXIT_OK);
    });
}
