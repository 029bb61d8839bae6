/** tasklock replay RECORDING */
import type { Command } from 'commander';
import { subjectIdentity } from '../explore/search/identity.ts';
import { importsNotHeld, replay } from '../explore/replay/replay.ts';
import type { Bug } from '../explore/run/runner.ts';
import { sourceLines } from '../explore/replay/source-lines.ts';
import { type TraceRange, traceOf } from '../explore/replay/trace.ts';
import type { Confirmation } from '../javascript/threads/confirm.ts';
import { replayJson, type ReplayReport, replayText, replayVerdict } from '../report/replay-report.ts';
import { print } from './output.ts';
import { type OpenRecording, openRecording, RECORDING_ARGUMENT } from './recording-input.ts';
import { ENGINE_OPTION, EXIT_BUG, EXIT_DIVERGED, EXIT_OK, parseCount, parseCpu, UsageError } from './usage.ts';

interface ReplayFlags {
  readonly trace?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly cpu?: string;
  readonly threads?: boolean;
  readonly engine?: string;
  readonly json?: boolean;
}

/** The moves that are to be told one by one; undefined for none. */
function traceRange({ trace, from, to, cpu }: ReplayFlags, { subject }: OpenRecording): TraceRange | undefined {
  const part = from !== undefined ? '--from' : to !== undefined ? '--to' : cpu !== undefined ? '--cpu' : undefined;
  if (trace !== true) {
    if (part !== undefined) throw new UsageError(`${part} is for --trace`);
    return undefined;
  }
  const range = {
    from: from === undefined ? 1 : parseCount('--from', from),
    to: to === undefined ? Number.POSITIVE_INFINITY : parseCount('--to', to),
    cpu: cpu === undefined ? undefined : parseCpu('--cpu', cpu, subject.cpus),
  };
  if (range.to < range.from) throw new UsageError(`--to ${range.to} comes before --from ${range.from}`);
  return range;
}

async function runReplay(pathOrToken: string, flags: ReplayFlags): Promise<number> {
  const open = await openRecording(pathOrToken, [], flags.threads, flags.engine);
  const { path, recording, subject, target } = open;
  const range = traceRange(flags, open);
  const startedAt = performance.now();
  const replayed = replay(subject, recording);
  const seconds = (performance.now() - startedAt) / 1000;
  const trace = range && traceOf(subject, recording.decisions, sourceLines(target), range);
  const [ran, notHeld] = [await subjectIdentity(target), await importsNotHeld(recording)];
  const { bug, divergence } = replayed;
  const asked = flags.threads === true && divergence === undefined;
  const threads = asked && bug !== undefined ? await shownOnThreads(open, bug) : undefined;
  const report: ReplayReport = { path, recording, subject: ran, replayed, trace, notHeld, seconds, threads };
  print(flags.json ? `${JSON.stringify(replayJson(report), null, 2)}\n` : replayText(report));
  const verdict = replayVerdict(report);
  if (verdict === 'inconclusive') return EXIT_DIVERGED;
  return verdict === 'bug' ? EXIT_BUG : EXIT_OK;
}

/** Throws UsageError for what threads cannot do. */
async function shownOnThreads({ subject, recording, path }: OpenRecording, bug: Bug): Promise<Confirmation> {
  const { onThreads } = await import('../explore/replay/on-threads.ts');
  try {
    return await onThreads(subject, recording.decisions, bug);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ThreadsError') throw error;
    throw new UsageError(`--threads cannot run ${path ?? 'the token'}: ${error.message}`);
  }
}

export function replayCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('replay')
    .argument('<recording>', RECORDING_ARGUMENT)
    .summary('run a recorded execution again, to the same bug and the same final state')
    .description(
      'Runs a recorded execution again, step by step, and holds verdict and final state against the recording. ' +
        'Exit code 1 when the bug is there again, 4 when the replay diverged or threads do not show the bug.',
    )
    .option('--trace', 'every step on a line: what it does to which word, and where')
    .option('--from <n>', 'the trace from this step on')
    .option('--to <n>', 'the trace up to this step')
    .option('--cpu <n>', 'the trace of this CPU alone')
    .option('--threads', 'of JavaScript: whether real threads show the same bug, each agent being one')
    .option('--engine <name>', ENGINE_OPTION)
    .option('--json', 'one JSON document on stdout')
    .action(async (recording: string, flags: ReplayFlags) => finish(await runReplay(recording, flags)));
}
