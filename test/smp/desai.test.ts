import { expect, test } from 'vitest';
import { stressScenario, verdictOf } from './stress-run.ts';

test('desai-2005 breaks under the test its author asked for, and the report says how', async () => {
  const result = await stressScenario({ scenario: 'unshare-test-plan', profile: 'desai-2005' }, { durationMs: 3_000 });
  expect(result.verdict).toBe('bug');
  for (const bug of result.bugs) {
    expect(bug.title).toMatch(/^[a-z-]+: .+ in \w+$/);
    expect(bug.title.startsWith(`${bug.kind}: `)).toBe(true);
    expect(bug.title.endsWith(` in ${bug.function}`)).toBe(true);
    expect(bug.lines.length).toBeGreaterThan(0);
  }
  expect(result.bugs.map(({ title }) => title)).toContain(
    'sleep-in-atomic: sleeping function called with a lock held in dup_mm',
  );
});

test('a bug of a CPU tells the call chain of the kernel, and which task did it', async () => {
  const result = await stressScenario({ scenario: 'unshare-test-plan', profile: 'desai-2005' }, { durationMs: 3_000 });
  const bug = result.bugs.find(({ title }) => title.startsWith('sleep-in-atomic'));
  expect(bug?.lines[0]).toMatch(/^CPU: [01] Task: \w+\/\d+$/);
  expect(bug?.lines).toContain('Call Trace:');
  expect(bug?.lines.join('\n')).toMatch(/sys_unshare_desai_2005 \(src\/kernel\/unshare-desai-2005\.ts:\d+\)/);
  expect(bug?.lines.join('\n')).toMatch(/lock\(s\) held:\n {2}alloc_lock at 0x[0-9a-f]{8}/);
});

test('the clean twin: the same plan by the merged rules passes', async () => {
  const result = await stressScenario({ scenario: 'unshare-test-plan' }, { durationMs: 3_000 });
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
});
