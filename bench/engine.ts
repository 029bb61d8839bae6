/** The kernel compiled to WebAssembly beside its modules as they stand: system calls a second, at 1 and 2 CPUs. */
import { measure } from '../src/lab/kernel/measure.ts';
import { mixes } from '../src/lab/kernel/mixes.ts';
import { table } from '../src/report/table.ts';
import { assembleText } from '../src/scenario/assemble.ts';
import { scenarios } from '../src/scenario/builtin/index.ts';
import { type Engine, engines } from '../src/machine/engine.ts';
import { stress } from '../src/smp/stress.ts';
import { interleaved, spread } from './rounds.ts';

const SCENARIOS = ['unshare-test-plan', 'clone-exit-storm', 'mount-churn', 'mix'];
const SEED = 1;

interface Row {
  readonly name: string;
  /** System calls a second of a run on so many CPUs. */
  readonly rate: (engine: Engine, cpus: number, milliseconds: number) => Promise<number>;
}

const ofMixes: readonly Row[] = mixes.map(({ name, text }) => ({
  name,
  rate: async (engine, cpus, milliseconds) => (await measure({ text: text(cpus), cpus, milliseconds, engine })).total,
}));

/** As a user stresses it, pauses and checks included. */
const ofScenarios: readonly Row[] = scenarios
  .filter(({ name }) => SCENARIOS.includes(name))
  .map((scenario) => ({
    name: `stress ${scenario.name}`,
    rate: async (engine, cpus, durationMs) => {
      const text = scenario.text({ profile: 'linux-2.6.16', cpus, seed: SEED, iterations: undefined });
      const image = assembleText(text, `${scenario.name}.prog`);
      const { syscalls, seconds } = await stress({
        scenario: scenario.name,
        image,
        cpus,
        durationMs,
        seed: SEED,
        engine,
      });
      return syscalls / seconds;
    },
  }));

export async function engineTable(quick: boolean): Promise<string[]> {
  const milliseconds = quick ? 400 : 1500;
  const rows: string[][] = [['calls a second', 'CPUs', ...engines.map((one) => `${one} min/median/max`), 'wasm/js']];
  for (const { name, rate } of [...ofMixes, ...ofScenarios]) {
    for (const cpus of [1, 2]) {
      const variants = engines.map((engine) => async () => await rate(engine, cpus, milliseconds));
      const [wasm, js] = await interleaved(quick ? 3 : 5, variants);
      if (wasm === undefined || js === undefined) continue;
      rows.push([name, String(cpus), spread(wasm), spread(js), (wasm.median / js.median).toFixed(2)]);
    }
  }
  return table(rows);
}
