/** The commands: one file each, exit codes as in docs/cli.md. */
import { Command, CommanderError } from 'commander';
import { inWords, isSystemError, shortPath, shortWords } from '../base/errno.ts';
import { InputError } from '../base/input.ts';
import { FileError } from '../base/whole-file.ts';
import { buildInfo } from '../base/build-info.ts';
import { ProgramError } from '../scenario/program-error.ts';
import { defectText } from './defect.ts';
import { EXIT_DEFECT, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { UsageError } from './usage.ts';

const EXIT_CODES = `
Every command takes --color auto, always or never.
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

/** How a command ended: its exit code, what went wrong in one line. */
export interface Ended {
  readonly code: number;
  readonly trouble?: string;
}

function failed(error: unknown): Ended {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { code: EXIT_OK };
    const text = error.code === 'commander.help' ? 'no command given; try tasklock --help' : error.message;
    return { code: EXIT_USAGE, trouble: shortWords(text.replace(/^error: /, '').replaceAll('\n', ' ')) };
  }
  // A module that cannot be explored, by its name: its class lies with the compiler, which most commands never read.
  const isModuleError = error instanceof Error && error.name === 'ModuleError';
  if (
    error instanceof UsageError ||
    error instanceof ProgramError ||
    error instanceof FileError ||
    error instanceof InputError ||
    isModuleError
  ) {
    return { code: EXIT_USAGE, trouble: shortWords(error.message) };
  }
  // A file that the person named and the system does not give us.
  if (isSystemError(error) && error.path !== undefined) {
    return { code: EXIT_USAGE, trouble: `${shortPath(error.path)}: ${inWords(error)}` };
  }
  return { code: EXIT_DEFECT, trouble: defectText(error) };
}

/** Performs the command that process.argv asks for. Never throws. */
export async function perform(): Promise<Ended> {
  let code = EXIT_OK;
  try {
    const program = await createProgram((result) => {
      code = result;
    });
    await program.parseAsync();
    return { code };
  } catch (error) {
    return failed(error);
  }
}
