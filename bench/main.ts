/** npm run bench [bus|syscalls|shape|boot|start|random|loop|exhaustive|bugs|portfolio|jobs|checkers|javascript|engine|inside|stepped ...] [-- --quick]: every table, or the named ones. */
import { bootTable } from './boot.ts';
import { busTable } from './bus.ts';
import { checkerTable } from './explore-kernel.ts';
import { engineTable } from './engine.ts';
import { exhaustiveTable, firstBugTable, jobsTable, randomTable } from './explore.ts';
import { insideTable } from './inside.ts';
import { kernelEngineTable } from './kernel-engines.ts';
import { javascriptTable } from './javascript.ts';
import { loopTable } from './loop.ts';
import { machineLines } from './machine.ts';
import { portfolioTable } from './portfolio.ts';
import { shapeTable } from './shape.ts';
import { startTable } from './start.ts';
import { syscallTable } from './syscalls.ts';

const tables: Readonly<Record<string, (quick: boolean) => Promise<string[]>>> = {
  bus: busTable,
  syscalls: syscallTable,
  shape: shapeTable,
  boot: bootTable,
  start: startTable,
  random: randomTable,
  loop: loopTable,
  exhaustive: exhaustiveTable,
  bugs: firstBugTable,
  portfolio: portfolioTable,
  jobs: jobsTable,
  checkers: checkerTable,
  javascript: javascriptTable,
  engine: engineTable,
  inside: insideTable,
  stepped: async (quick) => await Promise.resolve(kernelEngineTable(quick)),
};

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

const operands = process.argv.slice(2);
const quick = operands.includes('--quick');
const names = operands.filter((operand) => operand !== '--quick');
const unknown = names.find((name) => tables[name] === undefined);

if (unknown !== undefined) {
  process.stderr.write(`bench: no table "${unknown}": there are ${Object.keys(tables).join(', ')}, and --quick\n`);
  process.exitCode = 2;
} else {
  print(await machineLines());
  for (const [name, make] of Object.entries(tables)) {
    if (names.length === 0 || names.includes(name)) print(await make(quick));
  }
}
