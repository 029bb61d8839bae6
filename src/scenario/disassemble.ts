/** The code of an image as text, an instruction a line. */
import * as isa from '../kernel/isa.ts';
import { syscallNames } from '../kernel/syscall-numbers.ts';
import type { ProgramImage } from './image.ts';

const mnemonics: Readonly<Record<number, string>> = {
  [isa.OP_END]: 'end',
  [isa.OP_INT80]: 'int80',
  [isa.OP_MOV]: 'mov',
  [isa.OP_ADD]: 'add',
  [isa.OP_AND]: 'and',
  [isa.OP_SHR]: 'shr',
  [isa.OP_JMP]: 'jmp',
  [isa.OP_JEQ]: 'jeq',
  [isa.OP_JNE]: 'jne',
  [isa.OP_JLT]: 'jlt',
  [isa.OP_JGE]: 'jge',
  [isa.OP_LOAD]: 'load',
  [isa.OP_STORE]: 'store',
  [isa.OP_XADD]: 'xadd',
  [isa.OP_EXPECT]: 'expect',
  [isa.OP_PATH]: 'path',
  [isa.OP_WIND_DOWN]: 'wind_down',
  [isa.OP_HALT]: 'halt',
  [isa.OP_CHOOSE]: 'choose',
};

/** How many operands each operation has; a system call's are those up to the last that is not 0. */
const operandCounts: Readonly<Record<number, number>> = {
  [isa.OP_MOV]: 1,
  [isa.OP_ADD]: 2,
  [isa.OP_AND]: 2,
  [isa.OP_SHR]: 2,
  [isa.OP_JEQ]: 2,
  [isa.OP_JNE]: 2,
  [isa.OP_JLT]: 2,
  [isa.OP_JGE]: 2,
  [isa.OP_LOAD]: 1,
  [isa.OP_STORE]: 2,
  [isa.OP_XADD]: 2,
  [isa.OP_CHOOSE]: 1,
  [isa.OP_EXPECT]: 2,
  [isa.OP_PATH]: 3,
};

const comparisonSymbols: Readonly<Record<number, string>> = {
  [isa.CMP_EQ]: '==',
  [isa.CMP_NE]: '!=',
  [isa.CMP_LT]: '<',
  [isa.CMP_LE]: '<=',
  [isa.CMP_GT]: '>',
  [isa.CMP_GE]: '>=',
};

/** As `7 parent:6 r0 = int80 unshare(512)`: number, task and line, destination, operation. */
export function disassemble(image: Pick<ProgramImage, 'code' | 'tasks' | 'sharedNames'>): string[] {
  const count = image.code.length / isa.INSTRUCTION_WORDS;
  return Array.from({ length: count }, (_, index) => {
    const words = image.code.subarray(index * isa.INSTRUCTION_WORDS, (index + 1) * isa.INSTRUCTION_WORDS);
    const word = (at: number): number => words[at] ?? 0;
    const task = image.tasks[word(isa.WORD_TASK)]?.name ?? 'init';
    const destination = word(isa.WORD_DST) < 0 ? '' : `r${word(isa.WORD_DST)} = `;
    return `${index} ${task}:${word(isa.WORD_LINE)} ${destination}${operation(words, image.sharedNames)}`;
  });
}

function operation(words: Int32Array, sharedNames: readonly string[]): string {
  const op = words[isa.WORD_OP] ?? 0;
  const aux = words[isa.WORD_AUX] ?? 0;
  const name = mnemonics[op] ?? `op${op}`;
  const all = Array.from({ length: 6 }, (_, index) => operandText(words, index, sharedNames));
  if (op === isa.OP_INT80) {
    const used = all.findLastIndex((text) => text !== '0') + 1;
    return `${name} ${syscallNames[aux] ?? aux}(${all.slice(0, used).join(', ')})`;
  }
  const operands = all.slice(0, operandCounts[op] ?? 0);
  if (op === isa.OP_EXPECT) return `${name} ${operands.join(` ${comparisonSymbols[aux] ?? '?'} `)}`;
  if (op >= isa.OP_JMP && op <= isa.OP_JGE) return [name, [...operands, `-> ${aux}`].join(', ')].join(' ');
  return operands.length === 0 ? name : `${name} ${operands.join(', ')}`;
}

/** 5, r0, or {flag} for the shared word; addresses by the region they are in. */
function operandText(words: Int32Array, index: number, sharedNames: readonly string[]): string {
  const mode = ((words[isa.WORD_MODES] ?? 0) >> (2 * index)) & 3;
  const word = words[isa.WORD_OPERANDS + index] ?? 0;
  if (mode === isa.MODE_REGISTER) return `r${word}`;
  if (mode === isa.MODE_SHARED) return `{${sharedNames[word] ?? word}}`;
  if (word >= isa.DATA_BASE && word < isa.DATA_END) return `data+${word - isa.DATA_BASE}`;
  if (word >= isa.SHARED_BASE && word < isa.DATA_BASE) return `&${sharedNames[(word - isa.SHARED_BASE) / 4] ?? word}`;
  return word >= isa.RODATA_BASE && word < isa.SHARED_BASE ? `rodata+${word - isa.RODATA_BASE}` : String(word);
}
