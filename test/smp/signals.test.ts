/** Signals, handlers, stops and process groups on real threads. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { withProfile } from '../../dist/src/scenario/with-profile.js';
import { stressProgram, verdictOf } from './stress-run.ts';

const text = (name: string, profile: ProfileName): string =>
  withProfile(readFileSync(new URL(`../fixtures/programs/${name}.prog`, import.meta.url), 'utf8'), name, profile);

test.each(['linux-2.6.16', 'linux-6'] as const)('a storm of signals on three CPUs, %s', async (profile) => {
  const result = await stressProgram(text('signal-storm', profile).replace('repeat 20', 'repeat 200'), 3);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
  const calls = new Map(result.statistics.calls.map((call) => [call.name, call.calls]));
  expect(calls.get('setpgid')).toBe(200);
  expect(calls.get('sigreturn')).toBeGreaterThan(0);
});

test.each(['handlers', 'sigsuspend', 'stops-told', 'job-control', 'ptrace', 'waitid'])('%s', async (name) => {
  const result = await stressProgram(text(name, 'linux-2.6.16'), 2);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
});

test.each(['linux-2.6.16', 'linux-6'] as const)('groups that dump core, %s', async (profile) => {
  const result = await stressProgram(text('dump-storm', profile), 3);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
  const calls = new Map(result.statistics.calls.map((call) => [call.name, call.calls]));
  expect(calls.get('fork')).toBe(100);
});

test('the OOM killer against tasks that share memory, exec and exit', async () => {
  // Before linux-6, where root is not weighed for less, and would kill itself first.
  const program = `profile linux-2.6.16
cpus 4
task root:
    fd = open("/proc/sysrq-trigger", W)
    repeat 40:
        c = fork() -> victim
        write(fd, "f")
        wait(c)
    exit(0)
task victim uid 1000:
    d = clone(VM) -> sharer
    mem[1] = 1
    exec()
    mem[2] = 1
    exit(0)
task sharer:
    mem[0] = 1
    e = vfork() -> other
    exit(0)
task other:
    exec()
    exit(0)
`;
  expect(verdictOf(await stressProgram(program, 4))).toEqual({ verdict: 'pass', bugs: [] });
});
