/** Who may be asleep for good because the program brought it about, after a failure on purpose; and who may not. */
import { expect, test } from 'vitest';
import { waitsForProgram } from '../../dist/src/check/still/program-waits.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { scenarioTarget, subjectOf } from '../../dist/src/explore/subject/targets.js';
import {
  PT_PTRACED,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGUSR1,
  TASK_RUNNING,
  TASK_STOPPED,
  TASK_TRACED,
} from '../../dist/src/kernel/abi.js';
import { kernel, pt_regs, signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { PROFILE_LINUX_2_6_16 } from '../../dist/src/kernel/profiles.js';
import { NR_futex } from '../../dist/src/kernel/syscall-numbers.js';

const PROGRAM = `profile linux-6
cpus 1
shared gate
task a:
    clone(0) -> b
    while gate == 0: futex_wait(gate, 0)
    exit(0)
task b:
    futex_wait(gate, 0)
    exit(0)
`;

test('a sleeper counts as one of the program as long as nothing should have woken it', async () => {
  const subject = await subjectOf(scenarioTarget('p.prog', PROGRAM));
  const outcome = new Runner(subject, []).run(new DepthFirst(0), 0);
  expect(outcome?.bugs.map(({ kind }) => kind)).toEqual(['deadlock']);
  const { view } = subject;
  expect(waitsForProgram(view)).toBe(true);
  const sleeper = view.tasks().find((task) => view.word(task + task_struct.regs + pt_regs.orig_eax) === NR_futex) ?? 0;
  const withWord = (field: number, value: number, object = sleeper): boolean => {
    const at = (object + field) >> 2;
    const was = view.words[at] as number;
    view.words[at] = value;
    const answer = waitsForProgram(view);
    view.words[at] = was;
    return answer;
  };
  expect(withWord(task_struct.state, TASK_RUNNING)).toBe(false);
  expect(withWord(task_struct.sigpending, 1)).toBe(false);
  // Neither waits for anybody: no call of the program ends it.
  expect(withWord(task_struct.regs + pt_regs.orig_eax, 0)).toBe(false);
  // A signal of its group that it would take, and was not told of.
  const signal = view.word(sleeper + task_struct.signal);
  expect(withWord(signal_struct.shared_pending, 1 << (SIGUSR1 - 1), signal)).toBe(false);
  expect(waitsForProgram(view)).toBe(true);
});

const STOPPED = `profile linux-6
cpus 1
task a:
    c = fork() -> b
    kill(b, STOP)
    waitpid(b, WUNTRACED)
    waitpid(b, WUNTRACED)
    exit(0)
task b:
    pause()
    exit(0)
`;

test('who has stopped counts as one of the program until the kernel should have let it go on', async () => {
  const subject = await subjectOf(scenarioTarget('p.prog', STOPPED));
  const outcome = new Runner(subject, []).run(new DepthFirst(0), 0);
  expect(outcome?.bugs.map(({ kind }) => kind)).toEqual(['deadlock']);
  const { view } = subject;
  expect(waitsForProgram(view)).toBe(true);
  const b = view.tasks().find((task) => view.word(task + task_struct.state) === TASK_STOPPED) ?? 0;
  const a = view.word(b + task_struct.parent);
  const withWords = (...changes: readonly (readonly [at: number, value: number])[]): boolean => {
    const were = changes.map(([at]) => view.word(at));
    for (const [at, value] of changes) view.words[at >> 2] = value;
    const answer = waitsForProgram(view);
    changes.forEach(([at], i) => (view.words[at >> 2] = were[i] as number));
    return answer;
  };
  const shared = view.word(b + task_struct.signal) + signal_struct.shared_pending;
  expect(withWords([b + task_struct.pending, 1 << (SIGUSR1 - 1)])).toBe(true);
  expect(withWords([b + task_struct.pending, 1 << (SIGKILL - 1)])).toBe(false);
  expect(withWords([shared, 1 << (SIGCONT - 1)])).toBe(false);
  // A stop that its parent waits for: in linux-6 the group's, before the leader's.
  const code = view.word(b + task_struct.signal) + signal_struct.group_exit_code;
  expect(withWords([code, SIGSTOP])).toBe(false);
  const options = a + task_struct.regs + pt_regs.edx;
  expect(withWords([code, SIGSTOP], [options, 0])).toBe(true);
  expect(withWords([b + task_struct.exit_code, SIGSTOP], [code, 0])).toBe(true);
  const old = [kernel.profile, PROFILE_LINUX_2_6_16] as const;
  expect(withWords(old, [b + task_struct.exit_code, SIGSTOP], [code, 0])).toBe(false);
  // A stop for a tracer, which tells of it in any wait; of one that is gone.
  const traced = [
    [b + task_struct.state, TASK_TRACED],
    [b + task_struct.ptrace, PT_PTRACED],
    [b + task_struct.exit_code, 0],
  ] as const;
  expect(withWords(...traced)).toBe(true);
  // Its real parent waits as well while another traces it.
  const init = view.word(a + task_struct.parent);
  expect(withWords(...traced, [b + task_struct.parent, init])).toBe(true);
  expect(withWords(...traced, [b + task_struct.exit_code, SIGSTOP], [options, 0])).toBe(false);
  expect(withWords(...traced, [b + task_struct.pending, 1 << (SIGKILL - 1)])).toBe(false);
  expect(withWords([b + task_struct.state, TASK_TRACED])).toBe(false);
  expect(waitsForProgram(view)).toBe(true);
});
