#!/usr/bin/env node
/** The command line: one file per command, exit codes as in docs/cli.md. */
import { Command, CommanderError } from 'commander';
import { buildInfo } from '../build-info.ts';
import { InputError } from '../base/input.ts';
import { ProgramError } from '../scenario/program-error.ts';
import { say, shortened } from './output.ts';
import { EXIT_DEFECT, EXIT_OK, EXIT_USAGE, UsageError } from './usage.ts';

const EXIT_CODES = `
Exit codes: 0 nothing wrong, 1 a bug was found, 2 wrong usage or bad input,
3 inconclusive, 4 a replay diverged, 70 our own defect, 130 interrupted.`;

type AddCommand = (program: Command, finish: (code: number) => void) => void;

/** Commands in the order of the help. Only the file of the one that is asked for is read: half of a short run is reading. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  conform: async () => (await import('./conform.ts')).conformCommand,
  stress: async () => (await import('./stress.ts')).stressCommand,
  explore: async () => (await import('./explore.ts')).exploreCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  minimize: async () => (await import('./minimize.ts')).minimizeCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  bench: async () => (await import('./bench/index.ts')).benchCommand,
  list: async () => (await import('./list.ts')).listCommand,
};

async function createProgram(finish: (code: number) => void): Promise<Command> {
  const program = new Command('tasklock')
    .description('An x86 SMP machine in user space that runs a small Linux kernel of 2005 on real threads.')
    .version(`${buildInfo.version} (build ${buildInfo.buildId})`)
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const asked = commands[process.argv[2] ?? ''];
  for (const load of asked === undefined ? Object.values(commands) : [asked]) (await load())(program, finish);
  return program;
}

/** Exit code for what went wrong, after saying it in one line. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_OK;
    const text = error.code === 'commander.help' ? 'no command given; try tasklock --help' : error.message;
    say(`tasklock: ${shortened(text.replace(/^error: /, '').replaceAll('\n', ' '))}\n`);
    return EXIT_USAGE;
  }
  // A module that cannot be explored, by its name: its class lies with the compiler, which most commands never read.
  const isModuleError = error instanceof Error && error.name === 'ModuleError';
  if (error instanceof UsageError || error instanceof ProgramError || error instanceof InputError || isModuleError) {
    say(`tasklock: ${shortened(error.message)}\n`);
    return EXIT_USAGE;
  }
  say(`tasklock: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_DEFECT;
}

let code = EXIT_OK;
try {
  const finish = (result: number): void => {
    code = result;
  };
  const program = await createProgram(finish);
  await program.parseAsync();
} catch (error) {
  code = fail(error);
}
process.exitCode = code;
