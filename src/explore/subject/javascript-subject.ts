/**
 * Ordinary JavaScript as a subject: agents of a world (javascript/) that is made anew for every execution, since an agent
 * cannot be put back. A race detector watches where it is asked for; what agents wait for in the end is judged here.
 */
import { basename, relative } from 'node:path';
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { RamView } from '../../check/evidence/view.ts';
import { MachineFault } from '../../machine/fault.ts';
import { JavascriptProgram, type ProgramRun, type Scenario } from '../../javascript/program.ts';
import { Sequential } from '../../javascript/sequential.ts';
import { Races } from '../../javascript/race/races.ts';
import { failureOf, HORIZON, isUnderWay } from '../../javascript/scheduled.ts';
import { type Script, scriptOf } from '../../javascript/threads/script.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';
import { HungError } from '../../javascript/world/hung.ts';
import { Words } from '../../javascript/words.ts';
import { AgentFootprints } from './agent-footprints.ts';
import { AgentMachine } from './agent-machine.ts';
import { raceFinding } from './agent-races.ts';
import { AgentValues } from './agent-values.ts';
import { stuckAgents } from './agent-waits.ts';
import { JavascriptCalls } from './javascript-calls.ts';
import type { OperationsSubject, OperationsTarget, Size } from './operations-target.ts';
import type { Footprints } from './footprint.ts';
import type { Listener, Moment, ProgramCall, Withheld } from './subject.ts';
import type { Target } from './targets.ts';
import type { AccessDetail, ToldAccess } from './told-access.ts';
import { tryOut } from './tried.ts';

const STEP_BOUND = 20_000;
const NONE: readonly Finding[] = [];
const NOWHERE: Frame = { function: 'unknown', file: '?', line: 0 };

export class JavascriptSubject implements OperationsSubject {
  readonly machine: AgentMachine;
  readonly view = new RamView(new ArrayBuffer(64));
  readonly cpus: number;
  readonly profile = null;
  readonly polydirs = [];
  readonly stepBound = STEP_BOUND;
  readonly lookout = undefined;
  readonly watches = false;
  readonly watched: ReadonlySet<number> = new Set();
  readonly standing: readonly Observer[] = [];
  readonly warns = true;
  listener: Listener | undefined;
  readonly #program: JavascriptProgram;
  readonly #words = new Words();
  readonly #values: AgentValues;
  readonly #races: Races;
  /** Who judges the calls of a file that says which operations there are. */
  readonly #calls: JavascriptCalls | undefined;
  /** By agent, what it calls. */
  readonly #programs = new Map<number, string>();
  #run: ProgramRun | undefined;
  /** Executions that were over because their time was. */
  #endedByClock = 0;
  /** Those whose end was asked about. */
  #judged = 0;

  /** `scenario`: by caller its calls, of a file that says which operations there are. */
  constructor(program: JavascriptProgram, cpus: number, scenario: Scenario | undefined) {
    this.#program = program;
    if (program.operations.length > 0) {
      const calls = new JavascriptCalls(program.operations, new Sequential(program));
      this.#calls = calls;
      for (const [caller, own] of (scenario ?? []).entries()) this.#programs.set(caller + 1, calls.programText(own));
    }
    this.cpus = cpus;
    this.machine = new AgentMachine(cpus, this.#words);
    this.#values = new AgentValues(this.machine, this.#words);
    this.#races = new Races(this.#words, cpus, (race) => {
      const found = raceFinding(race, this.#words, (site) => this.frame(site));
      this.listener?.report(found);
    });
  }

  get hash(): string {
    return this.#program.hash;
  }

  get files(): Readonly<Record<string, string>> {
    return this.#program.files;
  }

  changed(files: Readonly<Record<string, string>>): readonly string[] {
    return this.#program.changedSince(files);
  }

  get names(): readonly string[] {
    return this.#agents.map(({ id, name }) => this.#programs.get(id) ?? name);
  }

  get #agents(): readonly WorldAgent[] {
    return this.#run?.world.agents ?? [];
  }

  reset(): void {
    const asks = this.listener?.asks('data-race') === true;
    const races = asks ? this.#races : undefined;
    races?.begin();
    const run = this.#program.begin({
      performed: (agent, operation, result) => {
        this.machine.performed(agent, operation, result);
        races?.performed(agent, operation, result);
      },
      woken: (by, agent) => races?.handed(by, agent),
      started: (by, agent) => races?.handed(by, agent),
      put: (by, at) => races?.put(by, at),
      took: (by, at) => races?.took(by, at),
    });
    this.#run = run;
    this.machine.begin(run.world);
    const failure = failureOf(run.world);
    if (failure !== undefined) throw new MachineFault(failure.kind, `setup fails: ${failure.what}`, 0);
  }

  /** These moves, as threads of the engine are to make them; `isRace`: up to the second side of a data race. Throws ThreadsError. */
  script(moves: Uint16Array, isRace: boolean): Script {
    return scriptOf(this.#program, moves, isRace);
  }

  invariant(): undefined {
    return undefined;
  }

  atEnd(): readonly Finding[] {
    const run = this.#run as ProgramRun;
    this.#program.noteUncounted(run);
    const judged = run.judged();
    const stuck = stuckAgents(judged, run.world.agents, (site) => this.frame(site));
    // Who was given no more time is in the middle of something: there is no end to ask about.
    const isUnjudged = stuck === undefined && judged.some(isUnderWay);
    if (!isUnjudged) this.#judged++;
    const wrongCalls = this.#calls?.judge(run, stuck) ?? NONE;
    if (wrongCalls.length > 0) return wrongCalls;
    // Calls may wait where they wait alone as well.
    if (stuck !== undefined) return this.#calls === undefined ? [stuck] : NONE;
    if (run.world.nextInTime() !== undefined) this.#endedByClock++;
    if (isUnjudged) return NONE;
    const wrong = run.finished();
    if (wrong === undefined) return NONE;
    return [finding('assert', wrong.what, 'finished', 0, ...wrong.details)];
  }

  /** Of so many operations, those that never end one after the other; none where setup() fails already. */
  endless(operations: number, size: Size): readonly string[] {
    try {
      this.reset();
      return this.#calls?.endless(this.#run as ProgramRun, operations, size) ?? [];
    } catch (error) {
      if (error instanceof MachineFault) return [];
      throw error;
    }
  }

  watch(): void {}

  footprints(): Footprints {
    return new AgentFootprints(this.machine, this.#words);
  }

  faultStack(cpu: number): Frame[] {
    const site = cpu < 0 ? -1 : this.machine.site(cpu);
    return site < 0 ? [] : [this.frame(site)];
  }

  stack(cpu: number): Frame[] {
    const site = this.place(cpu);
    return site < 0 ? [] : [this.frame(site)];
  }

  place(cpu: number): number {
    return this.machine.operation(cpu)?.site ?? -1;
  }

  frame(place: number): Frame {
    const site = this.#program.site(place);
    if (site === undefined) return NOWHERE;
    return { function: site.function || 'anonymous', file: shortFile(site.file), line: site.line };
  }

  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    const place = this.place(cpu);
    if (place < 0 || most === 0) return 0;
    into[at] = place;
    return 1;
  }

  blame(frames: readonly Frame[]): string {
    return frames[0]?.function ?? 'unknown';
  }

  task(): number {
    return 0;
  }

  taskText(cpu: number): string | null {
    return this.names[cpu] ?? null;
  }

  symbolAt(address: number): string | null {
    return this.#values.nameAt(address);
  }

  nameAt(address: number): string {
    return this.#values.nameAt(address) ?? 'what is shared';
  }

  valueText(): (value: number) => string {
    return String;
  }

  pendingAccess(cpu: number): ToldAccess | null {
    return this.#values.accessOf(cpu);
  }

  pendingDetail(cpu: number): AccessDetail {
    return this.#values.detailOf(cpu);
  }

  wordAt(address: number): number | null {
    return this.#values.at(address);
  }

  callAt(): ProgramCall | null {
    return null;
  }

  extent(address: number): readonly [number, number] {
    return [address, address];
  }

  cpuLines(cpu: number): string[] {
    const agent = this.#agents[cpu];
    if (agent === undefined) return [];
    const { operation } = agent;
    const name = `CPU#${cpu} ${this.names[cpu] ?? agent.name}`;
    if (operation === undefined) return [`${name}: done`];
    const at = operation.site < 0 ? '' : ` at ${frameText(this.frame(operation.site))}`;
    const does = this.machine.enabled(cpu) ? `stands at ${operation.text()}` : `waits: ${operation.text()}`;
    return [`${name}: ${does}${at}`];
  }

  moment({ cpu, details, stack }: Moment): string[] {
    const others = this.#agents.filter(({ id }) => id !== cpu || cpu < 0).flatMap(({ id }) => this.cpuLines(id));
    const failure = failureOf((this.#run as ProgramRun).world);
    const [at] = stack;
    const own = at === undefined || cpu < 0 ? [] : [`CPU#${cpu} ${this.names[cpu] ?? '?'}: in ${frameText(at)}`];
    const why = failure === undefined ? [] : failure.details;
    return [...own, ...details, ...why, ...others];
  }

  withheld(): readonly Withheld[] {
    const { changed, met, uncounted, unpreempted } = this.#program;
    const named: readonly Withheld[] = [
      { what: 'not preempted: ', where: unpreempted },
      {
        what: 'timers or immediates came up late, and with them how many messages there were, in ',
        where: uncounted,
      },
      { what: 'agents go by what others note, with nothing in between, in ', where: met },
      { what: 'agents change what all of them share, unlike threads: ', where: changed },
    ];
    const what = `agents wait for time, again and again, after ${HORIZON / 1000} s of their clocks`;
    const late = this.#endedByClock > 0 ? [{ what, where: [] }] : [];
    return [...named.filter(({ where }) => where.length > 0), ...late];
  }

  hasHung(): boolean {
    return this.#run?.world.failure?.error instanceof HungError;
  }

  nothingJudged(): boolean {
    return this.#endedByClock > 0 && this.#judged === 0;
  }

  syscalls(): number {
    return 0;
  }
}

/** As seen from where the command runs; of what lies elsewhere the name. */
function shortFile(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') ? basename(file) : path;
}

/** The scenarios of a file that says which operations there are. Throws JavascriptError. */
export function javascriptOperations(target: Target & { kind: 'javascript' }): OperationsTarget {
  const { path, timeouts, files } = target;
  const { operations, hash } = new JavascriptProgram(path, { timeouts, files });
  const all = operations.map((name) => ({ call: { callee: name, args: [[]], givesValue: true }, model: undefined }));
  const targetOf = (scenario: Scenario) => ({ ...target, scenario });
  return {
    target,
    operations: { all, symmetric: true },
    hash,
    targetOf,
    subjectOf: (scenario) => subjectOfJavascript(targetOf(scenario)),
  };
}

/** Makes it, which runs it a few times. Throws JavascriptError for what cannot be run. */
export function subjectOfJavascript(target: Target & { kind: 'javascript' }): JavascriptSubject {
  const { path, timeouts, files, scenario } = target;
  const program = new JavascriptProgram(path, { timeouts, files, scenario });
  return new JavascriptSubject(program, tryOut(program), scenario);
}
