/** Runs lock algorithms on a modelled machine, and puts what they did into rows as the real clock has them. */
import { plural } from '../../base/numbers.ts';
import { ModuleHooks } from '../../explore/subject/module-hooks.ts';
import type { LockKind } from '../../machine/locks/lock-kind.ts';
import { Random } from '../../base/random.ts';
import { type LoadedModule, loadModuleText } from '../../stepper/module/module.ts';
import { SteppedMachine } from '../../stepped/machine.ts';
import { silent } from '../../stepped/tracer.ts';
import { lockText, moduleText } from '../lock-module.ts';
import type { LabResult, Load, LockRow } from '../result.ts';
import { sampleOf } from '../sample.ts';
import { Clock } from './clock.ts';
import { Caches } from './coherence.ts';
import { type Costs, costsOf, type Parameters } from './parameters.ts';
import { Turns } from './turns.ts';

export interface ModelOptions {
  readonly locks: readonly LockKind[];
  readonly loads: readonly Load[];
  readonly parameters: Parameters;
  /** CPUs are spread over them in blocks. */
  readonly sockets: number;
  readonly seed: number;
  /** Turns that are counted, of all CPUs together, for each CPU there is. */
  readonly turnsEach: number;
  /** Whether CPUs that only wait are put aside (clock.ts); the result is the same. */
  readonly skip?: boolean;
  readonly stopped?: () => boolean;
  readonly onProgress?: (what: string) => void;
  /** Told what there is after every row, should there be no more. */
  readonly onRow?: (soFar: LabResult) => void;
}

const RAM_BYTES = 128 * 1024;
/** Address of the mark that says that a CPU asks; then the one that it has got the lock. */
const ASKED = 0x10000;
const GOT = 0x10004;
const INSIDE = -1;
/** Work outside varies by a quarter either way, so that CPUs do not march in step. */
const VARIATION = 0.25;
/** CPUs begin within this many picoseconds of each other. */
const MOST_START = 100_000;
/** Turns of each CPU before counting begins. */
const WARM_UP_EACH = 20;

/** Rows in the order of loads, then locks. Yields to the event loop between two rows. */
export async function runModel(options: ModelOptions): Promise<LabResult> {
  const { locks, loads, parameters, sockets, stopped = () => false, onProgress, onRow } = options;
  const rows: LockRow[] = [];
  let seconds = 0;
  for (const load of loads) {
    for (const kind of locks) {
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped()) return resultOf(parameters, sockets, loads, rows, seconds, true);
      onProgress?.(`${kind.name} on ${plural(load.cpus, 'CPU')}`);
      const { row, picoseconds } = await runOne(kind, load, options);
      rows.push(row);
      seconds += picoseconds / 1e12;
      onRow?.(resultOf(parameters, sockets, loads, [...rows], seconds, true));
    }
  }
  return resultOf(parameters, sockets, loads, rows, seconds, false);
}

function resultOf(
  parameters: Parameters,
  sockets: number,
  loads: readonly Load[],
  rows: readonly LockRow[],
  seconds: number,
  interrupted: boolean,
): LabResult {
  return {
    machine: {
      clock: 'model',
      name: parameters.name,
      cores: Math.max(0, ...loads.map((load) => load.cpus)),
      sockets,
      node: process.versions.node,
      load: null,
      pingPongNs: null,
      warnings: [],
    },
    rows,
    uncontended: [],
    modelCheck: [],
    seconds,
    interrupted,
  };
}

async function runOne(
  kind: LockKind,
  load: Load,
  options: ModelOptions,
): Promise<{ readonly row: LockRow; readonly picoseconds: number }> {
  const { cpus } = load;
  const { parameters, sockets, seed, turnsEach, skip = true } = options;
  const costs = costsOf(parameters);
  const perSocket = Math.ceil(cpus / sockets);
  const machine = await powerOn(kind, load, perSocket);
  const socketOf = Array.from({ length: cpus }, (_, cpu) => Math.floor(cpu / perSocket));
  const caches = new Caches(RAM_BYTES, socketOf, costs);
  const turns = new Turns(cpus);
  const randoms = socketOf.map((_, cpu) => new Random(seed, cpu));
  const last = { at: 0, transfers: 0 };
  const clock = new Clock({
    machine,
    cpus,
    caches,
    costs,
    skip,
    starts: randoms.map((random) => random.below(MOST_START)),
    delay: (cpu, count) => delayOf(load, costs, count, randoms[cpu] as Random),
    mark: (cpu, address, value, now) => {
      last.at = now;
      if (address === ASKED) turns.asked(cpu, value === 1, now);
      else if (address === GOT) turns.got(cpu, value === 1, now);
      else turns.released(cpu, value === 1, now);
      if (address !== GOT) return true;
      if (turns.acquisitions === WARM_UP_EACH * cpus) {
        turns.begin(now);
        last.transfers = caches.transfers;
      }
      return turns.acquisitions < (WARM_UP_EACH + turnsEach) * cpus;
    },
  });
  clock.run();
  return { row: rowOf(kind.name, load, turns, last.at, caches.transfers - last.transfers), picoseconds: last.at };
}

function delayOf(load: Load, costs: Costs, turns: number, random: Random): number {
  if (turns >= 0) return turns * costs.delayTurn;
  if (turns === INSIDE) return load.insideNs * 1000;
  const mean = load.outsideNs * 1000;
  return Math.round(mean * (1 - VARIATION)) + random.below(2 * VARIATION * mean + 1);
}

function rowOf(lock: string, load: Load, turns: Turns, now: number, transfers: number): LockRow {
  const { perCpu, throughput } = turns.shares(now);
  const stat = turns.stat(lock);
  return {
    lock,
    load,
    rounds: 1,
    throughput: sampleOf([throughput]),
    phase: null,
    perCpu,
    fairness: turns.fairness(now),
    latency: turns.latency(now),
    handOffs: stat.acquisitions === 0 ? 0 : stat.acqBounces / stat.acquisitions,
    transfers: stat.acquisitions === 0 ? 0 : transfers / stat.acquisitions,
    stat,
    timeline: turns.timeline(),
  };
}

/** A stepped machine on which setup has run and every CPU stands before its first access. */
async function powerOn(kind: LockKind, { cpus, touch, writes }: Load, perSocket: number): Promise<SteppedMachine> {
  const constants = { CPUS: cpus, PER_SOCKET: perSocket, TOUCH: touch };
  const settings = Object.entries(kind.shape === 'exclusive' ? constants : { ...constants, WRITES: writes });
  const text = moduleText(lockText(kind.name), `timed-${kind.shape}`);
  const loaded: LoadedModule = await loadModuleText(`${kind.name}.ts`, text, new Map(settings), true);
  const { module } = loaded;
  const machine = new SteppedMachine(module, { memory: new ArrayBuffer(RAM_BYTES), cpus, tracer: silent, spare: 1 });
  const setup = module.entries['setup'];
  if (setup !== undefined) new ModuleHooks(machine, cpus, { faultStack: () => [], blame: () => 'finished' }).run(setup);
  module.cpus.forEach((entry, cpu) => machine.start(cpu, entry, ...(module.args[cpu] ?? [])));
  return machine;
}
