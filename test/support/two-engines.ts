/**
 * The stepped kernel on both engines, move by move. After every move both hold the same: moves that can be made, every word of
 * the frames, the words that the move touched, the block of its CPU, tracepoint calls, and the fault, its stack and its line;
 * every so many moves, and at the end, all of RAM.
 */
import type { Random } from '../../dist/src/base/random.js';
import { frameText } from '../../dist/src/check/evidence/call-chain.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { CPU_STRIDE, cpuAddress } from '../../dist/src/machine/map.js';
import { KernelSubject, loadKernel, type Surprises } from '../../dist/src/explore/subject/kernel-subject.js';
import type { Listener } from '../../dist/src/explore/subject/subject.js';
import type { ProgramImage } from '../../dist/src/scenario/image.js';
import { cpuOf, type Move } from '../../dist/src/stepped/move.js';
import { silent } from '../../dist/src/stepped/tracer.js';

const js = await loadKernel('js');
const wasm = await loadKernel('wasm');

/** All of RAM is compared after so many moves. */
const APART = 64;

export interface Walked {
  readonly steps: number;
  /** The fault that ended it. */
  readonly fault: string | undefined;
  readonly calls: number;
}

export class EnginesDiffer extends Error {}

/** One machine, and what it was told. */
class Side {
  readonly subject: KernelSubject;
  readonly calls: unknown[] = [];
  readonly frames: Buffer;
  readonly ram: Buffer;

  constructor(kernel: typeof js, image: ProgramImage, surprises: Surprises) {
    this.subject = new KernelSubject(kernel, image, image.cpus, surprises);
    const { frames, ram } = this.subject.machine;
    this.frames = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    this.ram = Buffer.from(ram.buffer, ram.byteOffset, ram.byteLength);
    const names = Object.keys(silent) as (keyof typeof silent)[];
    const told = names.map((name) => [name, (...words: number[]) => this.calls.push(name, ...words)]);
    const none = { report: () => undefined, asks: () => false };
    this.subject.listener = { ...none, ...Object.fromEntries(told) } as Listener;
  }

  /** What went wrong in the move, and where. */
  step(move: Move): string | undefined {
    try {
      this.subject.machine.step(move);
      return undefined;
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      const { message, kind, what, address } = error;
      const stack = this.subject.faultStack(cpuOf(move)).map(frameText);
      return JSON.stringify({ message, kind, what, address, stack });
    }
  }
}

/** What may be done to both machines in front of a move. */
export type Meddle = (subject: KernelSubject, random: Random, move: Move) => void;

export class TwoEngines {
  readonly #js: Side;
  readonly #wasm: Side;
  readonly #name: string;

  constructor(name: string, image: ProgramImage, surprises: Surprises = {}) {
    this.#name = name;
    this.#js = new Side(js, image, surprises);
    this.#wasm = new Side(wasm, image, surprises);
  }

  /** An execution of random moves, to its end, a fault, or so many moves. Throws EnginesDiffer. */
  walk(random: Random, most: number, meddle?: (step: number) => Meddle | undefined): Walked {
    const [a, b] = [this.#js, this.#wasm];
    for (const { subject, calls } of [a, b]) {
      calls.length = 0;
      subject.reset();
    }
    this.#same(0, 'frames', a.frames, b.frames);
    this.#same(0, 'RAM', a.ram, b.ram);
    let [fault, calls, step]: [string | undefined, number, number] = [undefined, 0, 0];
    while (step < most && fault === undefined) {
      const moves = a.subject.machine.moves().list();
      this.#equal(step, 'moves', moves.join(), b.subject.machine.moves().list().join());
      if (moves.length === 0) break;
      const move = random.pick(moves);
      const how = meddle?.(step);
      if (how !== undefined) {
        const seed = random.below(2 ** 31);
        for (const { subject } of [a, b]) how(subject, new (random.constructor as typeof Random)(seed), move);
      }
      const ranges = this.#touched(a, move);
      fault = a.step(move);
      step++;
      this.#equal(step, 'fault', fault, b.step(move));
      this.#same(step, 'frames', a.frames, b.frames);
      for (const [from, to] of ranges) this.#same(step, 'RAM', a.ram.subarray(from, to), b.ram.subarray(from, to));
      if (step % APART === 0) this.#same(step, 'RAM', a.ram, b.ram);
      if (a.calls.length > 0 || b.calls.length > 0) this.#equal(step, 'calls', a.calls.join(), b.calls.join());
      calls += a.calls.length;
      for (const one of [a, b]) one.calls.length = 0;
    }
    this.#same(step, 'RAM', a.ram, b.ram);
    this.#equal(step, 'hash', JSON.stringify(a.subject.machine.hash()), JSON.stringify(b.subject.machine.hash()));
    this.#equal(step, 'use', JSON.stringify(usedOf(a)), JSON.stringify(usedOf(b)));
    return { steps: step, fault, calls };
  }

  /** Ranges of bytes that a move may touch: those of its access, and its CPU's block. */
  #touched({ subject: { machine } }: Side, move: Move): [number, number][] {
    const cpu = cpuOf(move);
    const ranges: [number, number][] = [[cpuAddress(cpu), cpuAddress(cpu) + CPU_STRIDE]];
    machine.pending(cpu).forEachRange((_, address, bytes) => {
      if (address >= FIRST_ADDRESS && bytes > 0 && address + bytes <= MIN_RAM_BYTES)
        ranges.push([address, address + bytes]);
    });
    return ranges;
  }

  #equal(step: number, what: string, expected: string | undefined, found: string | undefined): void {
    if (expected === found) return;
    throw new EnginesDiffer(`${this.#name}, step ${step}: ${what}\n  js    ${expected}\n  wasm  ${found}`);
  }

  #same(step: number, what: string, expected: Buffer, found: Buffer): void {
    if (expected.equals(found)) return;
    const at = expected.findIndex((byte, i) => byte !== found[i]) & ~3;
    const [held, holds] = [expected.readInt32LE(at), found.readInt32LE(at)];
    this.#equal(step, `${what} at byte ${at}`, String(held), String(holds));
  }
}

const usedOf = ({ subject }: Side): unknown => [subject.machine.used.end, subject.machine.used.far];
