/** Physical memory as a whole: made, copied, compared and hashed from outside. The CPUs use the bus. */
import { allocate, type Engine } from './engine.ts';
import { FIRST_ADDRESS, MAX_CPUS, MIN_RAM_BYTES, RAM_BYTES } from './limits.ts';
import { CPU_OFF, cpu_area, cpuAddress, MACHINE_MAGIC, machine } from './map.ts';

export interface RamOptions {
  /** 1 to 64. */
  readonly cpus: number;
  /** At least 1 MiB, a multiple of the page size; 16 MiB when not given. */
  readonly bytes?: number | undefined;
  /** Memory behind RAM that the machine needs for itself; the kernel knows nothing of it. */
  readonly sideBytes?: number | undefined;
  /** Bytes by which a memory of WebAssembly can be extended behind all this. */
  readonly room?: number | undefined;
  /** What will run on it; by default the reference. */
  readonly engine?: Engine | undefined;
}

/** New, powered-on RAM: zero but for the machine's own words. Throws RangeError for sizes it does not have. */
export function createRam({
  cpus,
  bytes = RAM_BYTES,
  sideBytes = 0,
  room = 0,
  engine = 'js',
}: RamOptions): SharedArrayBuffer {
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > MAX_CPUS) {
    throw new RangeError(`a machine has 1 to ${MAX_CPUS} CPUs, not ${cpus}`);
  }
  if (!Number.isInteger(bytes) || bytes < MIN_RAM_BYTES || bytes > RAM_BYTES || bytes % FIRST_ADDRESS !== 0) {
    throw new RangeError(`RAM is ${MIN_RAM_BYTES} to ${RAM_BYTES} bytes in whole pages, not ${bytes}`);
  }
  const memory = allocate(bytes + sideBytes, engine, room);
  const words = new Int32Array(memory);
  words[machine.magic >> 2] = MACHINE_MAGIC;
  words[machine.ram_bytes >> 2] = bytes;
  words[machine.ncpus >> 2] = cpus;
  for (let cpu = 0; cpu < MAX_CPUS; cpu++) {
    const at = cpuAddress(cpu);
    words[(at + cpu_area.number) >> 2] = cpu;
    words[(at + cpu_area.state) >> 2] = CPU_OFF;
    words[(at + cpu_area.irqs_on) >> 2] = 1;
  }
  return memory;
}

/** A copy of RAM. Take it only while no CPU runs. */
export function snapshotRam(memory: SharedArrayBuffer): Uint8Array {
  return new Uint8Array(memory).slice();
}

/** Puts RAM back to a snapshot of the same size. */
export function restoreRam(memory: SharedArrayBuffer, snapshot: Uint8Array): void {
  if (snapshot.length !== memory.byteLength) {
    throw new RangeError(`snapshot has ${snapshot.length} bytes, RAM has ${memory.byteLength}`);
  }
  new Uint8Array(memory).set(snapshot);
}

/**
 * 64-bit hash of the words from one address to another: two multiply-xor lanes with different constants, mixed at
 * the end (the finaliser is murmur3's). Equal RAM, equal hash; 16 hex digits.
 */
export function hashRam(memory: SharedArrayBuffer, from = FIRST_ADDRESS, to = memory.byteLength): string {
  const words = new Int32Array(memory);
  let a = 0x9e3779b9 | 0;
  let b = 0x85ebca6b | 0;
  for (let i = from >> 2; i < to >> 2; i++) {
    const w = words[i] as number;
    a = Math.imul(a ^ w, 0x01000193) + ((a >>> 15) | 0);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ w, 0xcc9e2d51 | 1) + 0x52dce729;
  }
  return finish(a ^ (b >>> 7)) + finish(b ^ (a >>> 11));
}

function finish(h: number): string {
  let x = h | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0).toString(16).padStart(8, '0');
}
