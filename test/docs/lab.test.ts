/** The library example of docs/lock-bench.md, as it stands there, against the built package. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

test('the example runs and prints six rates and two searches without a bug', () => {
  const example = /```ts\n([^]*?)```/.exec(readFileSync(new URL('docs/lock-bench.md', root), 'utf8'))?.[1] ?? '';
  // Inside the package, so that its own name resolves to it.
  const file = fileURLToPath(new URL(`lab-example-${process.pid}.mjs`, new URL('dist/', root)));
  writeFileSync(file, example);
  try {
    const lines = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(lines.slice(0, 6).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'ticket 2',
      'mcs 2',
      'ticket 16',
      'mcs 16',
      'ticket 64',
      'mcs 64',
    ]);
    const rates = lines.slice(0, 6).map((line) => Number(line.split(' ')[2]));
    for (const rate of rates) expect(rate).toBeGreaterThan(0);
    // At 64 CPUs on two sockets the ticket lock has collapsed and the queue has not.
    expect(rates[5]).toBeGreaterThan(3 * (rates[4] ?? 0));
    expect(lines.slice(6).map((line) => line.split(' ')[2])).toEqual(['0', '0']);
  } finally {
    rmSync(file);
  }
});
