/** tasklock doctor */
import type { Command } from 'commander';
import { buildInfo } from '../base/build-info.ts';
import { plural } from '../base/numbers.ts';
import { wrapped } from '../report/wrap.ts';
import { type Check, performChecks } from './doctor-checks.ts';
import { EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { print } from './output.ts';

const WORDS = { ok: 'ok', note: 'note', failed: 'FAILED' } as const satisfies Record<Check['state'], string>;

function doctorText(checks: readonly Check[], failed: number): string {
  const lines = checks.flatMap(({ name, state, found }) =>
    wrapped(`${WORDS[state].padEnd(8)}${name.padEnd(17)}${found}`),
  );
  const end =
    failed === 0 ? 'tasklock has what it needs here' : `tasklock cannot work here: ${plural(failed, 'check')} failed`;
  return `${[`tasklock ${buildInfo.version} (build ${buildInfo.buildId})`, ...lines, end].join('\n')}\n`;
}

async function runDoctor(out: string, json: boolean): Promise<number> {
  const checks = await performChecks(out);
  const failed = checks.filter(({ state }) => state === 'failed').length;
  const { version, buildId: build } = buildInfo;
  const document = { schema: 'tasklock.doctor/1', command: 'doctor', version, build, ok: failed === 0, checks };
  print(json ? `${JSON.stringify(document, null, 2)}\n` : doctorText(checks, failed));
  return failed === 0 ? EXIT_OK : EXIT_USAGE;
}

export function doctorCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .summary('try whether everything that is needed works here')
    .description('Tries what tasklock needs of this place: Node, cores, threads, memory, directories, terminal.')
    .option('--out <dir>', 'where recordings would go', '.')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ out, json }: { readonly out: string; readonly json?: boolean }) =>
      finish(await runDoctor(out, json === true)),
    );
}
