/** The same locks as native code (bench/native/locks.cpp), compiled with the system's g++ when there is one. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passing } from '../../base/passing.ts';
import type { Load, NativeRow } from '../result.ts';
import { jainIndex, medianIndex, minShare, sampleOf } from '../sample.ts';
import { ChildError, runChild } from './child.ts';
import { majority, phaseOf } from './phase.ts';

const SOURCE = fileURLToPath(new URL('../../../../bench/native/locks.cpp', import.meta.url));
/** Locks that the program has. */
const NATIVE = ['tas', 'ttas', 'ticket', 'mcs'];
const COMPILE_LIMIT_MS = 60_000;
/** What a run may take beyond the time it was given. */
const TURNS_LIMIT_MS = 30_000;

interface Turns {
  readonly turns: readonly number[];
  readonly seconds: number;
  readonly pingPongNs: number;
}

export class NativeLocks {
  readonly #directory: string;
  readonly #program: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#program = join(directory, 'locks');
  }

  /** The compiled program, or in one sentence why there is none. */
  static async create(signal: AbortSignal): Promise<NativeLocks | string> {
    if (!existsSync(SOURCE)) return 'its source is not installed';
    const directory = mkdtempSync(join(tmpdir(), 'tasklock-native-'));
    passing.add(directory);
    const native = new NativeLocks(directory);
    try {
      const flags = ['-O2', '-std=c++17', '-pthread', '-o', native.#program, SOURCE];
      await runChild('g++', flags, { limitMs: COMPILE_LIMIT_MS, signal });
      return native;
    } catch (error) {
      native.end();
      if (signal.aborted) return 'interrupted';
      const isMissing = error instanceof ChildError && error.isMissing;
      return isMissing ? 'there is no g++' : 'g++ does not compile it here';
    }
  }

  has(lock: string): boolean {
    return NATIVE.includes(lock);
  }

  /** Nanoseconds of acquire and release when nobody contends; null for a lock that it does not have. */
  async uncontended(lock: string, signal: AbortSignal): Promise<number | null> {
    if (!this.has(lock)) return null;
    const stdout = await runChild(this.#program, ['pairs', lock], { limitMs: TURNS_LIMIT_MS, signal });
    return (JSON.parse(stdout) as { ns: number }).ns;
  }

  /** As many rounds of a lock under a load. Throws when two were inside at once. */
  async row(lock: string, load: Load, rounds: number, ms: number, signal: AbortSignal): Promise<NativeRow> {
    const { cpus, insideNs, outsideNs, touch } = load;
    const done: Turns[] = [];
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const args = [cpus, insideNs, outsideNs, touch, ms].map(String);
      const limitMs = Math.ceil(ms) + TURNS_LIMIT_MS;
      const stdout = await runChild(this.#program, ['turns', lock, ...args], { limitMs, signal });
      done.push(JSON.parse(stdout) as Turns);
    }
    const phaseOfTurns = ({ pingPongNs }: Turns) => (cpus > 1 ? phaseOf(pingPongNs) : null);
    const phase = cpus > 1 ? majority(done.map(phaseOfTurns)) : null;
    const counted = done.filter((one) => phaseOfTurns(one) === phase);
    const rates = counted.map(({ turns, seconds }) => turns.reduce((a, b) => a + b, 0) / seconds);
    const perCpu = counted[medianIndex(rates)]?.turns ?? [];
    return {
      lock,
      load,
      rounds: counted.length,
      ofRounds: done.length,
      throughput: sampleOf(rates),
      phase,
      perCpu,
      minShare: minShare(perCpu),
      jain: jainIndex(perCpu),
    };
  }

  end(): void {
    rmSync(this.#directory, { recursive: true, force: true });
    passing.delete(this.#directory);
  }
}
