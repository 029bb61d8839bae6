import { describe, expect, test } from 'vitest';
import { checkInvariants, checkNothingLeft } from '../../dist/src/check/still/invariants.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { kernel } from '../../dist/src/kernel/layout.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { bootForProgram, runInOrder } from '../../dist/src/boot/run-in-order.js';

/** Runs a program; each call as `task: text = result`, and what is wrong at the end. */
function play(text: string): { ended: string; calls: string[]; wrong: string[]; failed: number } {
  const image = assembleText(text);
  const memory = bootForProgram(image);
  const calls: string[] = [];
  const { ended } = runInOrder(memory, image, ({ task, text: call, result }) => {
    if (task >= 0) calls.push(`${image.tasks[task]?.name}: ${call} = ${result}`);
  });
  const view = new RamView(memory);
  const wrong = ended === 'finished' ? [...checkInvariants(view, new Set()), ...checkNothingLeft(view)] : [];
  return { ended, calls, wrong: wrong.map(({ title }) => title), failed: view.word(kernel.expect_failures) };
}

describe('vfork', () => {
  test('keeps the parent asleep until the child exits', () => {
    const { calls, ...rest } = play(`task parent:
    c = vfork() -> child
    getpid()
    w, code = wait(c)
    expect code == 6
task child:
    sched_yield()
    getuid()
    exit(6)
`);
    expect(rest).toEqual({ ended: 'finished', wrong: [], failed: 0 });
    const order = calls.map((call) => call.replace(/ = .*/, ''));
    expect(order.indexOf('child: exit(6)')).toBeLessThan(order.indexOf('parent: getpid()'));
    expect(calls.filter((call) => call.startsWith('parent: c = vfork'))).toEqual(['parent: c = vfork() -> child = 3']);
  });

  test('lets it go on when the child execs, which then runs beside it', () => {
    const result = play(`shared go
task parent:
    mem[0] = 5
    c = vfork() -> child
    expect go == 0
    x = mem[0]
    expect x == 6
    go = 1
    w, code = wait(c)
    expect code == 9
task child:
    mem[0] = 6
    exec()
    y = mem[0]
    expect y == 0
    mem[0] = 7
    while go == 0: sched_yield()
    exit(9)
`);
    expect(result).toMatchObject({ ended: 'finished', wrong: [], failed: 0 });
  });

  test('also ends when the child is killed', () => {
    const result = play(`shared victim
task killer:
    while victim == 0: sched_yield()
    kill(victim, KILL)
task parent:
    c = vfork() -> child
    w, code = wait(c)
    expect code == 137
task child:
    victim = getpid()
    while victim > 0: sched_yield()
`);
    expect(result).toMatchObject({ ended: 'finished', wrong: [], failed: 0 });
  });

  test.each([
    ['desai-2005', '0'],
    ['linux-2.6.16', '0'],
    ['linux-6', 'ESRCH'],
  ])('%s: a parent that is killed meanwhile is then %s to others', (profile, found) => {
    const result = play(`profile ${profile}
shared begun, tried
task killer:
    while begun == 0: sched_yield()
    r = kill(parent, KILL)
    expect r == 0
    repeat 40: sched_yield()
    x = kill(parent, 0)
    expect x == ${found}
    tried = 1
task parent:
    c = vfork() -> child
    exit(7)
task child:
    begun = 1
    while tried == 0: sched_yield()
    exit(6)
`);
    expect(result).toMatchObject({ ended: 'finished', wrong: [], failed: 0 });
  });

  test('inside vfork', () => {
    const result = play(`task parent:
    c = vfork() -> child
    w, code = wait(c)
    expect code == 1
task child:
    g = vfork() -> grandchild
    w, code = wait(g)
    expect code == 2
    exit(1)
task grandchild:
    exit(2)
`);
    expect(result).toMatchObject({ ended: 'finished', wrong: [], failed: 0 });
  });

  test('a child that sleeps for good is a machine that hangs', () => {
    expect(play('task parent:\n    c = vfork() -> child\ntask child:\n    pause()\n').ended).toBe('hung');
  });
});
