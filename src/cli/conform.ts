/** tasklock conform FILE... */
import type { Command } from 'commander';
import { conform, type ConformResult } from '../conform/conform.ts';
import { ConformError } from '../conform/read.ts';
import { plural, table } from '../report/table.ts';
import { print } from './output.ts';
import { EXIT_BUG, EXIT_OK, parseProfile, UsageError } from './usage.ts';

interface ConformFlags {
  readonly profile: string;
  readonly json?: boolean;
}

const SHOWN = 10;

function conformText(result: ConformResult): string {
  const failures = result.failures
    .slice(0, SHOWN)
    .flatMap((failure) => [
      `${failure.file}: ${failure.case}${failure.step === null ? '' : `, step ${failure.step}`}`,
      `  expected ${failure.expected}`,
      `  got      ${failure.got}`,
    ]);
  const known = result.known.map((difference) => `known: ${difference.case} differs by finding ${difference.finding}`);
  const rows = result.files.map(({ file, cases, passed, failed }) => [
    file,
    String(cases),
    String(passed),
    String(failed),
  ]);
  const failed = result.files.reduce((sum, file) => sum + file.failed, 0);
  const verdict =
    failed === 0
      ? `PASS: ${result.profile} answers as recorded`
      : `FAIL: ${plural(failed, 'case')} ${failed === 1 ? 'differs' : 'differ'} from the recording`;
  return `${[...failures, ...known, ...table([['file', 'cases', 'passed', 'failed'], ...rows]), verdict].join('\n')}\n`;
}

function runConform(files: readonly string[], flags: ConformFlags): number {
  const profile = parseProfile(flags.profile);
  try {
    const result = conform(files, profile);
    print(flags.json ? `${JSON.stringify(result, null, 2)}\n` : conformText(result));
    return result.files.some((file) => file.failed > 0) ? EXIT_BUG : EXIT_OK;
  } catch (error) {
    if (error instanceof ConformError) throw new UsageError(error.message);
    throw error;
  }
}

export function conformCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('conform')
    .argument(
      '<files...>',
      'clone.json, unshare.json, *.jsonl; a portable.json narrows the programs for older profiles',
    )
    .summary('hold the model against recordings of a real kernel')
    .description(
      'Holds a profile against recordings of a real kernel: every result, and who shares what after each step.',
    )
    .option('--profile <name>', 'which kernel', 'linux-6')
    .option('--json', 'one JSON document on stdout')
    .action((files: string[], flags: ConformFlags) => finish(runConform(files, flags)));
}
