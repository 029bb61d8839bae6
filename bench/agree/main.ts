/**
 * Random modules under all searches, for as long as wanted: node dist/bench/agree/main.js [first seed] [seconds].
 * Prints every module on which two searches differ; exit 1 when there was one. --jobs 2 and 3 and the portfolio take part
 * in every 50th.
 */
import { compareSeed } from './compare.js';
import { randomModule } from './random-module.js';
import { partly, searches, slow } from './searches.js';

const first = Number(process.argv[2] ?? 0);
const seconds = Number(process.argv[3] ?? 3600);
const SLOW_EVERY = 50;
if (!Number.isInteger(first) || !(seconds > 0)) {
  process.stderr.write('usage: node dist/bench/agree/main.js [first seed] [seconds]\n');
  process.exit(2);
}

const end = performance.now() + 1000 * seconds;
let [seed, modules, searched, differing] = [first, 0, 0, 0];
for (; performance.now() < end; seed++) {
  const { differences, compared } = await compareSeed(seed, [
    ...searches,
    ...partly,
    ...(seed % SLOW_EVERY === 0 ? slow : []),
  ]);
  modules += compared > 0 ? 1 : 0;
  searched += compared;
  if (differences.length === 0) continue;
  differing++;
  process.stdout.write(`seed ${seed}\n${differences.map((one) => `  ${one}\n`).join('')}${randomModule(seed)}\n`);
}
process.stdout.write(
  `seeds ${first} to ${seed - 1}: ${modules} modules, ${searched} searches, ${differing} modules on which they differ\n`,
);
process.exitCode = differing > 0 ? 1 : 0;
