/** What can follow where on the command line: derived from the commands themselves and the lists of names. */
import type { Command } from 'commander';
import { mixes } from '../../lab/kernel/mixes.ts';
import { type ListName, listNames, lists } from '../../report/lists.ts';

/** A word that completes, and what it stands for. */
export interface Word {
  readonly word: string;
  readonly about: string;
}

export interface PlaceOption extends Word {
  readonly takesValue: boolean;
  /** Of an option that takes a value; without any it is a file, a directory or a number. */
  readonly values: readonly string[];
}

/** A command, or the command line before there is one. */
export interface Place {
  /** Names of the commands on the way here, with spaces between; none at the top. */
  readonly path: string;
  readonly options: readonly PlaceOption[];
  readonly commands: readonly Word[];
  readonly operands: readonly string[];
  /** Whether files complete as operands as well. */
  readonly files: boolean;
}

const namesIn = (list: ListName): string[] => lists[list].entries().map(({ name }) => name);

const algorithms = (): string[] => lists.locks.entries().flatMap((one) => ('title' in one ? [one.name] : []));
const large = (): string[] => lists.scenarios.entries().flatMap(({ name, small }) => (small ? [] : [name]));

const optionValues: Readonly<Record<string, () => readonly string[]>> = {
  '--strategy': () => namesIn('strategies'),
  '--profile': () => namesIn('profiles'),
  '--checkers': () => ['default', 'all', 'none', ...namesIn('checkers')],
  '--mutant': () => namesIn('mutants'),
  '--model': () => ['sc'],
  '--faults': () => ['none', 'each', 'nth:1', 'rate:0.01'],
  '--fault-sites': () => namesIn('faults'),
  '--ticks': () => ['none', 'each', 'each:2', 'rate:0.01'],
  '--clock': () => ['real', 'model'],
};

const operands: Readonly<Record<string, () => readonly string[]>> = {
  explore: () => [...namesIn('scenarios'), ...algorithms().map((name) => `lock:${name}`)],
  stress: large,
  run: () => namesIn('scenarios'),
  list: () => listNames,
  'bench locks': () => ['all', ...algorithms()],
  'bench syscalls': () => mixes.map(({ name }) => name),
  'bench scenario': large,
  completion: () => ['bash', 'zsh', 'fish'],
};

/** What every command takes; --color is taken out before a command sees it (color.ts). */
const EVERYWHERE: readonly PlaceOption[] = [
  { word: '--color', about: 'colour on the terminal', takesValue: true, values: ['auto', 'always', 'never'] },
  { word: '--help', about: 'display help for command', takesValue: false, values: [] },
];

/** Commands whose operands are names and no files. */
const NO_FILES = ['list', 'completion', 'bench locks', 'bench syscalls'];

function placeOf(command: Command, path: string): Place {
  const own = command.options.map(({ long, description, required, optional }) => {
    const word = long ?? '';
    const takesValue = required || optional;
    return { word, about: description, takesValue, values: takesValue ? (optionValues[word]?.() ?? []) : [] };
  });
  return {
    path,
    options: [...own, ...EVERYWHERE],
    commands: command.commands.map((one) => ({ word: one.name(), about: one.summary() })),
    operands: operands[path]?.() ?? [],
    files: command.registeredArguments.length > 0 && !NO_FILES.includes(path),
  };
}

/** Every place there is, the top first. */
export function placesOf(command: Command, path = ''): Place[] {
  const below = command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()));
  return [placeOf(command, path), ...below];
}
