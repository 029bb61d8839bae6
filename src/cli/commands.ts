/** The commands: one file each. */
import type { Command } from 'commander';

type AddCommand = (program: Command, finish: (code: number) => void) => void;

/** A command as the overview shows it, and its file. A test holds the one against the other. */
export interface CommandEntry {
  readonly operands: string;
  readonly summary: string;
  /** Whether it has no options of its own. */
  readonly bare?: true;
  readonly load: () => Promise<AddCommand>;
}

/** Commands in the order of the help. Only the file of the one that is asked for is read: half of a short run is reading. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  run: {
    operands: '<program>',
    summary: 'run a program in order on one CPU and tell every call',
    load: async () => (await import('./run.ts')).runCommand,
  },
  conform: {
    operands: '<files...>',
    summary: 'hold the model against recordings of a real kernel',
    load: async () => (await import('./conform.ts')).conformCommand,
  },
  stress: {
    operands: '[scenario]',
    summary: 'run a scenario on real threads and check every invariant',
    load: async () => (await import('./stress.ts')).stressCommand,
  },
  explore: {
    operands: '[target]',
    summary: 'search the interleavings of a scenario or a module, at random or all of them',
    load: async () => (await import('./explore.ts')).exploreCommand,
  },
  replay: {
    operands: '<recording>',
    summary: 'run a recorded execution again, to the same bug and the same final state',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  minimize: {
    operands: '<recording>',
    summary: 'the same bug with the fewest context switches and the fewest calls',
    load: async () => (await import('./minimize.ts')).minimizeCommand,
  },
  merge: {
    operands: '<files...>',
    summary: 'put the shards of a search together',
    load: async () => (await import('./merge.ts')).mergeCommand,
  },
  bench: {
    operands: '',
    summary: 'measure locks under contention',
    bare: true,
    load: async () => (await import('./bench/index.ts')).benchCommand,
  },
  list: {
    operands: '[what]',
    summary: 'what there is',
    load: async () => (await import('./list.ts')).listCommand,
  },
  doctor: {
    operands: '',
    summary: 'try whether everything that is needed works here',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  completion: {
    operands: '<shell>',
    summary: 'what makes a shell complete commands, options and names',
    bare: true,
    load: async () => (await import('./completion.ts')).completionCommand,
  },
};
