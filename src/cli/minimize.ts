/** tasklock minimize RECORDING */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { subjectIdentity } from '../explore/search/identity.ts';
import { minimizeRecording } from '../explore/minimize/minimize-recording.ts';
import { recordedTarget } from '../explore/replay/recorded-target.ts';
import { importsNotHeld, replay } from '../explore/replay/replay.ts';
import {
  minimizeJson,
  type MinimizeReport,
  minimizeText,
  notMinimizedJson,
  notMinimizedText,
} from '../report/minimize-report.ts';
import { RECORDINGS } from '../recording/file.ts';
import { replayJson, replayText } from '../report/replay-report.ts';
import { grouped } from '../report/table.ts';
import { Keeper } from './keeper.ts';
import { print } from './output.ts';
import { ProgressLine } from './progress.ts';
import { openRecording, type OpenRecording, RECORDING_ARGUMENT } from './recording-input.ts';
import { keep, listen, printResult, stopped } from './thread.ts';
import {
  ENGINE_OPTION,
  EXIT_BUG,
  EXIT_DIVERGED,
  EXIT_INTERRUPTED,
  parseCount,
  parseDirectory,
  UsageError,
} from './usage.ts';

interface MinimizeFlags {
  readonly executions: string;
  readonly programs: string;
  readonly tries: string;
  readonly program: boolean;
  readonly out?: string;
  readonly engine?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Says why there is nothing to minimise, when the recording does not replay. */
async function diverged(
  { path, recording, subject, target }: OpenRecording,
  json: boolean,
): Promise<number | undefined> {
  const startedAt = performance.now();
  const replayed = replay(subject, recording);
  if (replayed.divergence === undefined) return undefined;
  const seconds = (performance.now() - startedAt) / 1000;
  const [ran, notHeld] = [await subjectIdentity(target), await importsNotHeld(recording)];
  const report = { path, recording, subject: ran, replayed, trace: undefined, notHeld, seconds };
  print(json ? `${JSON.stringify(replayJson(report), null, 2)}\n` : replayText(report));
  return EXIT_DIVERGED;
}

async function runMinimize(pathOrToken: string, flags: MinimizeFlags): Promise<number> {
  const executions = parseCount('--executions', flags.executions);
  const programs = flags.program ? parseCount('--programs', flags.programs) : 0;
  const tries = parseCount('--tries', flags.tries);
  const open = await openRecording(pathOrToken, [resolve(flags.out ?? RECORDINGS)], false, flags.engine);
  const { path, recording, engine } = open;
  const title = recording.verdict?.title;
  if (title === undefined) {
    throw new UsageError(`${path ?? 'the token'} records an execution in which nothing was wrong: nothing to minimise`);
  }
  const failed = await diverged(open, flags.json === true);
  if (failed !== undefined) return failed;
  const keeper = new Keeper(parseDirectory(flags.out));
  const kept = { from: path, title, recording };
  keep(flags.json ? `${JSON.stringify(notMinimizedJson(kept), null, 2)}\n` : notMinimizedText(kept), EXIT_INTERRUPTED);
  listen();
  const progress = new ProgressLine(flags.quiet === true);
  progress.start(`${recording.subject.name}: ${title}`);
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  try {
    const minimized = await minimizeRecording(open.subject, recording, title, {
      executions,
      programs,
      tries,
      engine,
      stopped,
      onProgress: (what, tried, better) =>
        progress.update(elapsed(), () => `${grouped(tried)} ${what} tried, ${better} better`),
    });
    progress.end();
    if (minimized === undefined) throw new Error('the bug shows in the replay and not in the minimiser');
    const held = keeper.last(title, minimized.recording);
    const interrupted = stopped();
    const seconds = elapsed();
    const subject = await subjectIdentity(recordedTarget(minimized.recording), open.subject);
    const report: MinimizeReport = { from: path, ...held, title, minimized, subject, interrupted, seconds };
    const code = interrupted ? EXIT_INTERRUPTED : EXIT_BUG;
    printResult(flags.json ? `${JSON.stringify(minimizeJson(report), null, 2)}\n` : minimizeText(report), code);
    return code;
  } finally {
    progress.end();
  }
}

export function minimizeCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('minimize')
    .argument('<recording>', RECORDING_ARGUMENT)
    .summary('the same bug with the fewest context switches and the fewest calls')
    .description(
      'Makes a recorded bug simpler: fewest context switches, then fewest tasks and calls. The result is a recording ' +
        'of the same bug, and was replayed.',
    )
    .option('--executions <n>', 'executions for an interleaving, at most', '2000')
    .option('--programs <n>', 'simpler programs to search, at most', '200')
    .option('--tries <n>', 'random executions of each of them', '20')
    .option('--no-program', 'leave the program as it is')
    .option('--engine <name>', ENGINE_OPTION)
    .option('--out <dir>', 'where the recording goes (default .tasklock)')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress on stderr')
    .action(async (recording: string, flags: MinimizeFlags) => finish(await runMinimize(recording, flags)));
}
