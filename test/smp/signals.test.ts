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
