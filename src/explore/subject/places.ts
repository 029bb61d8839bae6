/** Where the CPUs of a stepped machine stand, as call chains. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import type { Place } from '../../stepper/compile/compile.ts';
import { CALLER, FUNCTION, LINE, POINTS, RESUME, TOP } from '../../stepped/frames.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';

export class Places {
  readonly #places: readonly Place[];
  readonly #machine: SteppedMachine;

  constructor(places: readonly Place[], machine: SteppedMachine) {
    this.#places = places;
    this.#machine = machine;
  }

  /** Call chain of a CPU that has just faulted: the innermost line is that of the call that did, where one did. */
  faultStack(cpu: number): Frame[] {
    const [innermost, ...callers] = this.stack(cpu);
    const line = this.#machine.frames[this.#machine.region(cpu) + LINE] as number;
    return innermost === undefined ? [] : [line === 0 ? innermost : { ...innermost, line }, ...callers];
  }

  /** Call chain of a CPU between two steps, innermost first. */
  stack(cpu: number): Frame[] {
    const { frames } = this.#machine;
    const region = this.#machine.region(cpu);
    const chain: Frame[] = [];
    for (let at = frames[region + TOP] as number; at !== 0; at = this.#machine.callerOf(region, at)) {
      chain.push(this.frame((frames[at + FUNCTION] as number) * POINTS + (frames[at + RESUME] as number)));
    }
    return chain;
  }

  /** Number of the place of the innermost frame; -1 for a CPU that is idle. */
  place(cpu: number): number {
    const { frames } = this.#machine;
    const top = frames[this.#machine.region(cpu) + TOP] as number;
    return top === 0 ? -1 : (frames[top + FUNCTION] as number) * POINTS + (frames[top + RESUME] as number);
  }

  /** Writes the places of a call chain to `into`, innermost first, `most` of them; how many there were. */
  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    const { frames } = this.#machine;
    let count = 0;
    const region = this.#machine.region(cpu);
    let frame = frames[region + TOP] as number;
    while (frame !== 0 && count < most) {
      into[at + count++] = (frames[frame + FUNCTION] as number) * POINTS + (frames[frame + RESUME] as number);
      const caller = frames[frame + CALLER] as number;
      // Only the lowest frame may stand on another's that was interrupted.
      frame = caller === 0 ? this.#machine.callerOf(region, frame) : caller;
    }
    return count;
  }

  frame(place: number): Frame {
    const one = this.#places[Math.floor(place / POINTS)];
    if (one === undefined) return { function: 'unknown', file: '?', line: 0 };
    return { function: one.function, file: one.file, line: one.lines[place % POINTS] ?? one.lines[0] ?? 0 };
  }
}
