import { expect, test } from 'vitest';
import { processorTime } from '../../dist/src/cli/processor-time.js';

test('time on a processor is that of the process, and of nobody who is gone', () => {
  const before = processorTime(process.pid)!;
  for (const end = process.cpuUsage().user + 200_000; process.cpuUsage().user < end; );
  const spent = processorTime(process.pid)! - before;
  expect(spent).toBeGreaterThanOrEqual(190);
  const { user, system } = process.cpuUsage();
  expect(processorTime(process.pid)! * 1000).toBeLessThanOrEqual(user + system + 50_000);
  expect(processorTime(undefined)).toBeUndefined();
  expect(processorTime(2 ** 30)).toBeUndefined();
});
