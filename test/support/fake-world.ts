/** A world for observers without a machine: RAM, and call chains that the test sets. */
import type { Frame } from '../../dist/src/check/evidence/call-chain.js';
import type { Finding } from '../../dist/src/check/evidence/finding.js';
import type { Observer, World } from '../../dist/src/check/evidence/observer.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { createRam } from '../../dist/src/machine/ram.js';
import { LOCK_EXCLUSIVE, LOCK_SHARED } from '../../dist/src/machine/trace.js';
import * as kinds from '../../dist/src/machine/access.js';

const SHARED: readonly number[] = [kinds.READ_LOCK, kinds.DOWN_READ];
const SPINNING: readonly number[] = [kinds.SPIN_LOCK];

export class FakeWorld implements World {
  readonly view: RamView;
  readonly cpus: number;
  readonly names = [];
  polydirs: World['polydirs'] = [];
  readonly findings: Finding[] = [];
  readonly observer: Observer;
  step = 0;
  readonly #frames: Frame[] = [];
  readonly #chains: number[][];

  constructor(observer: Observer, cpus = 2, memory = createRam({ cpus, bytes: 1 << 20 })) {
    this.observer = observer;
    this.cpus = cpus;
    this.view = new RamView(memory);
    this.#chains = Array.from({ length: cpus }, (_, cpu) => [this.#place(`cpu${cpu}`, 'src/kernel/x.ts')]);
    this.begin();
  }

  begin(): void {
    this.step = 0;
    this.observer.begin(this);
  }

  /** Where a CPU is from now on, innermost first. */
  at(cpu: number, ...functions: string[]): void {
    this.#chains[cpu] = functions.map((name) => {
      const [file, own] = name.includes(':') ? (name.split(':') as [string, string]) : ['kernel/x.ts', name];
      return this.#place(own, `src/${file}`);
    });
  }

  access(cpu: number, kind: number, address: number, bytes = 4): void {
    this.step++;
    this.observer.onAccess?.(cpu, kind, address, bytes);
  }

  /** Takes a lock as the machine does: the access to its word, then the tracepoint. */
  lock(cpu: number, kind: number, lock: number): void {
    this.access(cpu, kind, lock);
    this.observer.onLock?.(cpu, lock, SHARED.includes(kind) ? LOCK_SHARED : LOCK_EXCLUSIVE);
  }

  unlock(cpu: number, kind: number, lock: number): void {
    this.observer.onUnlock?.(cpu, lock);
    this.access(cpu, SPINNING.includes(kind) ? kinds.SPIN_UNLOCK : kinds.GIVE_BACK, lock);
  }

  poke(address: number, value: number): void {
    this.view.words[address >> 2] = value;
  }

  /** Titles reported since the last time. */
  titles(): string[] {
    return this.findings.splice(0).map((one) => one.title);
  }

  stack(cpu: number): Frame[] {
    return (this.#chains[cpu] ?? []).map((place) => this.frame(place));
  }

  place(cpu: number): number {
    return this.#chains[cpu]?.[0] ?? -1;
  }

  frame(place: number): Frame {
    return this.#frames[place] ?? { function: 'unknown', file: '?', line: 0 };
  }

  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    const places = (this.#chains[cpu] ?? []).slice(0, most);
    into.set(places, at);
    return places.length;
  }

  task(): number {
    return 0;
  }

  report(finding: Finding): void {
    this.findings.push(finding);
  }

  #place(name: string, file: string): number {
    const known = this.#frames.findIndex((frame) => frame.function === name && frame.file === file);
    if (known >= 0) return known;
    return this.#frames.push({ function: name, file, line: this.#frames.length + 1 }) - 1;
  }
}
