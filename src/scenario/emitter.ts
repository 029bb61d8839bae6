/** Collects instructions. Jumps may name a place that is not there yet; it is filled in at the end. */
import {
  INSTRUCTION_WORDS,
  MODE_IMMEDIATE,
  MODE_REGISTER,
  MODE_SHARED,
  OP_INT80,
  WORD_AUX,
  WORD_DST,
  WORD_LINE,
  WORD_MODES,
  WORD_OP,
  WORD_OPERANDS,
  WORD_TASK,
} from '../kernel/isa.ts';

/** Where an instruction takes a value from. */
export interface Source {
  mode: number;
  word: number;
}

export const immediate = (word: number): Source => ({ mode: MODE_IMMEDIATE, word: word | 0 });
export const register = (word: number): Source => ({ mode: MODE_REGISTER, word });
export const shared = (word: number): Source => ({ mode: MODE_SHARED, word });

/** A place in the code that jumps go to. */
export interface Label {
  instruction?: number;
}

export const NO_REGISTER = -1;

export class Emitter {
  readonly callText = new Map<number, string>();
  readonly #words: number[] = [];
  readonly #jumps: { instruction: number; label: Label }[] = [];
  #line = 0;
  #task = -1;

  get length(): number {
    return this.#words.length / INSTRUCTION_WORDS;
  }

  /** The line and the task that the next instructions belong to; task -1 is init. */
  locate(line: number, task: number): void {
    this.#line = line;
    this.#task = task;
  }

  /** Adds an instruction without a jump. */
  emit(op: number, destination: number, sources: readonly Source[] = [], aux = 0): void {
    const words = Array.from({ length: INSTRUCTION_WORDS }, () => 0);
    words[WORD_OP] = op;
    words[WORD_DST] = destination;
    words[WORD_AUX] = aux;
    words[WORD_LINE] = this.#line;
    words[WORD_TASK] = this.#task;
    let modes = 0;
    sources.forEach(({ mode, word }, index) => {
      modes |= mode << (2 * index);
      words[WORD_OPERANDS + index] = word;
    });
    words[WORD_MODES] = modes;
    this.#words.push(...words);
  }

  /** Adds a system call, with the text it is reported as. */
  systemCall(nr: number, destination: number, sources: readonly Source[], text: string): void {
    this.callText.set(this.length, text);
    this.emit(OP_INT80, destination, sources, nr);
  }

  /** Adds a jump: one of OP_JMP, OP_JEQ, OP_JNE, OP_JLT, OP_JGE. */
  jump(op: number, label: Label, sources: readonly Source[] = []): void {
    this.#jumps.push({ instruction: this.length, label });
    this.emit(op, NO_REGISTER, sources);
  }

  /** The label stands for the next instruction. */
  place(label: Label): void {
    label.instruction = this.length;
  }

  /** All of it, with the jumps filled in. */
  finish(): Int32Array {
    const code = Int32Array.from(this.#words);
    for (const { instruction, label } of this.#jumps) {
      if (label.instruction === undefined) throw new Error(`the jump at instruction ${instruction} goes nowhere`);
      code[instruction * INSTRUCTION_WORDS + WORD_AUX] = label.instruction;
    }
    return code;
  }
}
