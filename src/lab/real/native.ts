/** The same locks as native code (bench/native/locks.cpp), compiled with the system's g++ when there is one. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Load, NativeRow } from '../result.ts';
import { jainIndex, medianIndex, minShare, sampleOf } from '../sample.ts';
import { majority, phaseOf } from './phase.ts';

const run = promisify(execFile);
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
  static async create(): Promise<NativeLocks | string> {
    if (!existsSync(SOURCE)) return 'its source is not installed';
    const directory = mkdtempSync(join(tmpdir(), 'tasklock-native-'));
    const native = new NativeLocks(directory);
    try {
      const flags = ['-O2', '-std=c++17', '-pthread', '-o', native.#program, SOURCE];
      await run('g++', flags, { timeout: COMPILE_LIMIT_MS });
      return native;
    } catch (error) {
      native.end();
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      return missing ? 'there is no g++' : 'g++ does not compile it here';
    }
  }

  has(lock: string): boolean {
    return NATIVE.includes(lock);
  }

  /** Nanoseconds of acquire and release when nobody contends; null for a lock that it does not have. */
  async uncontended(lock: string): Promise<number | null> {
    if (!this.has(lock)) return null;
    const { stdout } = await run(this.#program, ['pairs', lock]);
    return (JSON.parse(stdout) as { ns: number }).ns;
  }

  /** As many rounds of a lock under a load. Throws when two were inside at once. */
  async row(lock: string, load: Load, rounds: number, ms: number, signal: AbortSignal): Promise<NativeRow> {
    const { cpus, insideNs, outsideNs, touch } = load;
    const done: Turns[] = [];
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const args = [cpus, insideNs, outsideNs, touch, ms].map(String);
      const { stdout } = await run(this.#program, ['turns', lock, ...args], {
        timeout: Math.ceil(ms) + TURNS_LIMIT_MS,
      });
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
  }
}
