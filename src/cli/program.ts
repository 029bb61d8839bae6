/** The command line as a whole: which command, how it ended; exit codes as in docs/cli.md. */
import { Command, CommanderError } from 'commander';
import { inWords, isSystemError, shortPath, shortWords } from '../base/errno.ts';
import { InputError } from '../base/input.ts';
import { FileError } from '../base/whole-file.ts';
import { buildInfo } from '../base/build-info.ts';
import { isUnfit } from '../javascript/error.ts';
import { ProgramError } from '../scenario/program-error.ts';
import { type CommandEntry, commands } from './commands.ts';
import { defectText } from './defect.ts';
import { EXIT_DEFECT, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { PartLost } from './part-lost.ts';
import { UsageError } from './usage-error.ts';

const EXIT_CODES = `
Every command takes --color auto, always or never.
Exit codes: 0 nothing wrong, 1 a bug was found, 2 wrong usage or bad input,
3 inconclusive, 4 a replay diverged, 70 our own defect, 130 interrupted.`;

/** As the overview shows it: only whether it has options. */
function outline(program: Command, name: string, { operands, summary, bare }: CommandEntry): void {
  const command = program.command(name).summary(summary);
  if (bare !== true) command.option('--json');
  if (operands !== '') command.argument(operands);
}

/** The names of commands that this command line needs more of than the overview has: one at most, or all. */
function namesNeeded([first = '--help', second = '']: readonly string[]): readonly string[] {
  const asked = first === 'help' ? second : first;
  // It tells of all of them.
  if (asked === 'completion') return Object.keys(commands);
  if (commands[asked] !== undefined) return [asked];
  const isOverview = ['-h', '--help', '-V', '--version'].includes(first);
  return isOverview || !asked.startsWith('-') ? [] : Object.keys(commands);
}

/** The whole command line, of which only the commands named can be performed. */
async function createProgram(
  finish: (code: number) => void,
  names: readonly string[] = Object.keys(commands),
): Promise<Command> {
  const program = new Command('tasklock')
    .description('An x86 SMP machine in user space that runs a small Linux kernel of 2005 on real threads.')
    .version(`${buildInfo.version} (build ${buildInfo.buildId})`)
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const [name, entry] of Object.entries(commands)) {
    if (names.includes(name)) (await entry.load())(program, finish);
    else outline(program, name, entry);
  }
  return program;
}

/** How a command ended: its exit code, what went wrong in one line. */
export interface Ended {
  readonly code: number;
  readonly trouble?: string;
  /** It ended in the middle of its work: what was kept is to be printed. */
  readonly lost?: boolean;
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
    isModuleError ||
    isUnfit(error)
  ) {
    return { code: EXIT_USAGE, trouble: shortWords(error.message) };
  }
  if (error instanceof PartLost) return { code: error.code, trouble: error.message, lost: true };
  // A file that the person named and the system does not give us.
  if (isSystemError(error) && error.path !== undefined) {
    return { code: EXIT_USAGE, trouble: `${shortPath(error.path)}: ${inWords(error)}` };
  }
  return { code: EXIT_DEFECT, trouble: defectText(error), lost: true };
}

/** Performs the command that process.argv asks for. Never throws. */
export async function perform(): Promise<Ended> {
  let code = EXIT_OK;
  try {
    const finish = (result: number): void => {
      code = result;
    };
    const program = await createProgram(finish, namesNeeded(process.argv.slice(2)));
    await program.parseAsync();
    return { code };
  } catch (error) {
    return failed(error);
  }
}
