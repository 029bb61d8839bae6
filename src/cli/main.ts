#!/usr/bin/env node
/** The command line: one file per command, exit codes as in docs/cli.md. */
import { Command, CommanderError } from 'commander';
import { buildInfo } from '../build-info.ts';
import { ProgramError } from '../scenario/program-error.ts';
import { conformCommand } from './conform.ts';
import { exploreCommand } from './explore.ts';
import { listCommand } from './list.ts';
import { mergeCommand } from './merge.ts';
import { minimizeCommand } from './minimize.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { stressCommand } from './stress.ts';
import { EXIT_DEFECT, EXIT_OK, EXIT_USAGE, UsageError } from './usage.ts';

const EXIT_CODES = `
Exit codes: 0 nothing wrong, 1 a bug was found, 2 wrong usage or bad input,
3 inconclusive, 4 a replay diverged, 70 our own defect, 130 interrupted.`;

function createProgram(finish: (code: number) => void): Command {
  const program = new Command('tasklock')
    .description('An x86 SMP machine in user space that runs a small Linux kernel of 2005 on real threads.')
    .version(`${buildInfo.version} (build ${buildInfo.buildId})`)
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const add of [
    runCommand,
    conformCommand,
    stressCommand,
    exploreCommand,
    replayCommand,
    minimizeCommand,
    mergeCommand,
    listCommand,
  ])
    add(program, finish);
  return program;
}

/** Exit code for what went wrong, after saying it in one line. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_OK;
    const text = error.code === 'commander.help' ? 'no command given; try tasklock --help' : error.message;
    process.stderr.write(`tasklock: ${text.replace(/^error: /, '').replaceAll('\n', ' ')}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof UsageError || error instanceof ProgramError) {
    process.stderr.write(`tasklock: ${error.message}\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(
    `tasklock: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT_DEFECT;
}

let code = EXIT_OK;
try {
  const finish = (result: number): void => {
    code = result;
  };
  await createProgram(finish).parseAsync();
} catch (error) {
  code = fail(error);
}
process.exitCode = code;
