/**
 * The machine of a stress run while it runs: its CPUs on real threads, made to stand still now and then for every
 * invariant to be checked, until the programs end, time is up, a CPU faults, a checker finds something, or the watchdog
 * sees a stall.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bootMachine } from '../boot/boot.ts';
import { armFaults, countFaults } from '../boot/faults.ts';
import { tickChanceOf } from '../boot/ticks.ts';
import { allCpuLines } from '../check/evidence/machine-state.ts';
import { checkInvariants, checkNothingLeft } from '../check/still/invariants.ts';
import { unfinishedDumps } from '../check/still/core-dumps.ts';
import { givenAway } from '../check/still/given-away.ts';
import { killedStops } from '../check/still/killed-stops.ts';
import { missedSignals, unfinishedStops } from '../check/still/missed-signals.ts';
import { checkPolydirs } from '../check/polydirs/polydirs.ts';
import { checkExpectations, checkProperties } from '../check/still/program-checks.ts';
import { waitsForProgram } from '../check/still/program-waits.ts';
import { defaultEngine, type Engine } from '../machine/engine.ts';
import { Console } from './console.ts';
import { Found } from './found.ts';
import { Gang } from './gang.ts';
import type { StressOptions } from './stress-result.ts';
import { lockupLimitMs, type Stall, Watchdog } from './watchdog.ts';

const TICK_MS = 20;
const FIRST_CHECK_MS = 200;
const CHECK_EVERY_MS = 1_000;
/** Programs that loop for ever come to their end within this time, or the run says they did not. */
const WIND_DOWN_MS = 10_000;

export class Run {
  readonly options: StressOptions;
  readonly engine: Engine;
  readonly console: Console;
  readonly gang: Gang;
  readonly memory: SharedArrayBuffer;
  readonly found: Found;
  /** Times that all CPUs stood still and everything was checked. */
  checks = 0;
  cpuStates: string[] = [];
  private readonly watchdog: Watchdog;
  private startedAt = performance.now();

  constructor(options: StressOptions) {
    const { image, cpus, ramBytes, locks = [], faults, ticks, seed } = options;
    this.options = options;
    this.engine = options.engine ?? (options.worker === undefined ? defaultEngine() : 'js');
    const { profile, code, rodata } = image;
    this.memory = bootMachine({ profile, cpus, ramBytes, engine: this.engine, locks, code, rodata });
    if (faults !== undefined) armFaults(this.memory, faults, seed);
    this.console = new Console(this.memory);
    this.found = new Found(this.console.view, image);
    this.watchdog = new Watchdog(this.console);
    const { always, sharedNames, file } = image;
    const demands = always.length === 0 ? null : { always, sharedNames, file };
    const chance = ticks === undefined ? 0 : (tickChanceOf(ticks) ?? 0);
    const every = chance > 0 ? 1 / chance : 0;
    const { worker } = options;
    this.gang = new Gang(this.memory, cpus, { locks, demands, seed, ticks: every, worker });
  }

  get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** Runs until something ends it. True when the programs came to their own end. */
  async toTheEnd(): Promise<boolean> {
    await this.gang.started(this.console);
    this.startedAt = performance.now();
    this.watchdog.reset();
    const { durationMs = Number.POSITIVE_INFINITY } = this.options;
    let nextCheck = FIRST_CHECK_MS;
    let windDownAt: number | null = null;
    for (;;) {
      await sleep(TICK_MS);
      const elapsed = this.seconds * 1000;
      if (this.gang.someoneLeft) return false;
      if (this.console.finished()) return true;
      const stall = this.watchdog.check();
      if (stall) return this.stalled(stall);
      if (windDownAt === null && (elapsed >= durationMs || this.aborted)) {
        windDownAt = elapsed;
        this.console.windDown();
      }
      if (windDownAt !== null && elapsed - windDownAt > WIND_DOWN_MS) return false;
      if (elapsed >= nextCheck || this.console.pauseAsked()) {
        nextCheck = elapsed + CHECK_EVERY_MS;
        if (!(await this.pauseAndCheck())) return false;
      }
      this.options.onProgress?.({
        seconds: this.seconds,
        syscalls: this.console.countSyscalls().total,
        checks: this.checks,
        bugs: this.found.ledger.bugs.length,
      });
    }
  }

  /** Makes all CPUs stand still and checks everything. False when a bug was found or a CPU would not stand still. */
  private async pauseAndCheck(): Promise<boolean> {
    if (!(await this.console.freeze(lockupLimitMs(this.console.cpus)))) {
      return this.gang.someoneLeft ? false : this.stalled({ kind: 'lockup', cpu: this.console.unparkedCpu() });
    }
    this.check();
    if (this.found.ledger.hasBugs) return false;
    await this.console.thaw();
    this.watchdog.reset();
    return true;
  }

  private check(): void {
    const { view } = this.console;
    this.checks++;
    this.found.addFindings(checkInvariants(view, this.console.running()));
    this.found.addFindings(checkProperties(view, this.options.image));
    this.found.addFindings(checkPolydirs(view, this.options.image.polydirs));
    this.checkExpectations();
  }

  /** Whether anything failed on purpose. */
  private get anyFailed(): boolean {
    return this.options.faults !== undefined && countFaults(this.console.view).failed > 0;
  }

  /**
   * An expectation that failed, however the run ended: it is written down in RAM. Of a run in which something failed on
   * purpose nobody knows whether it did so before.
   */
  checkExpectations(): void {
    if (this.anyFailed) return;
    this.found.addFindings(checkExpectations(this.console.view, this.options.image));
  }

  /** The check at the end, when every CPU has left. */
  lastCheck(): void {
    this.check();
    this.found.addFindings(checkNothingLeft(this.console.view));
  }

  private stalled(stall: Stall): false {
    const { view } = this.console;
    const names = this.options.image.tasks.map((task) => task.name);
    const told = stall.kind === 'hung' ? [missedSignals, unfinishedStops, killedStops, unfinishedDumps, givenAway] : [];
    const missed = told.flatMap((tell) => tell(view, names));
    this.cpuStates = [...missed, ...allCpuLines(view, names)];
    // Everybody sleeps: nobody is inside the kernel.
    if (stall.kind === 'hung') this.found.addFindings(checkProperties(view, this.options.image));
    if (stall.kind === 'hung' && this.anyFailed && waitsForProgram(view)) return false;
    const title =
      stall.kind === 'hung'
        ? 'deadlock: every task sleeps and nobody can wake one in schedule'
        : 'deadlock: soft lockup, CPU makes no progress in cpu_main';
    const cpu = stall.kind === 'lockup' ? stall.cpu : -1;
    this.found.add({
      title,
      kind: 'deadlock',
      function: stall.kind === 'hung' ? 'schedule' : 'cpu_main',
      cpu,
      lines: this.cpuStates,
    });
    return false;
  }
}
