/** tasklock replay RECORDING */
import type { Command } from 'commander';
import { subjectIdentity } from '../explore/search/identity.ts';
import { importsNotHeld, replay } from '../explore/replay/replay.ts';
import { replayJson, type ReplayReport, replayText, replayVerdict } from '../report/replay-report.ts';
import { print } from './output.ts';
import { openRecording, RECORDING_ARGUMENT } from './recording-input.ts';
import { EXIT_BUG, EXIT_DIVERGED, EXIT_OK } from './usage.ts';

interface ReplayFlags {
  readonly json?: boolean;
}

async function runReplay(pathOrToken: string, flags: ReplayFlags): Promise<number> {
  const { path, recording, subject, target } = await openRecording(pathOrToken);
  const startedAt = performance.now();
  const replayed = replay(subject, recording);
  const seconds = (performance.now() - startedAt) / 1000;
  const [ran, notHeld] = [await subjectIdentity(target), await importsNotHeld(recording)];
  const report: ReplayReport = { path, recording, subject: ran, replayed, notHeld, seconds };
  print(flags.json ? `${JSON.stringify(replayJson(report), null, 2)}\n` : replayText(report));
  const verdict = replayVerdict(report);
  if (verdict === 'inconclusive') return EXIT_DIVERGED;
  return verdict === 'bug' ? EXIT_BUG : EXIT_OK;
}

export function replayCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('replay')
    .argument('<recording>', RECORDING_ARGUMENT)
    .summary('run a recorded execution again, to the same bug and the same final state')
    .description(
      'Runs a recorded execution again, step by step, and holds verdict and final state against the recording. ' +
        'Exit code 1 when the bug is there again, 4 when the replay diverged.',
    )
    .option('--json', 'one JSON document on stdout')
    .action(async (recording: string, flags: ReplayFlags) => finish(await runReplay(recording, flags)));
}
