/**
 * User mode: the instruction set a program is stored in. Instructions have INSTRUCTION_WORDS words:
 *
 *   0 op   1 dst (register 0-15, or -1)   2 modes   3..8 operands a0..a5   9 source line   10 aux   11 task
 *
 * `modes` has two bits an operand, a0 lowest: immediate, register, or the shared word of that index. Addresses are
 * user addresses; one that is not mapped, or not writable, is a SIGSEGV for the task.
 */
import { DATA_PAGES, RODATA_PAGES, SHARED_PAGES, USER_BASE, USER_PAGE_SIZE } from '../machine/limits.ts';

export const INSTRUCTION_WORDS = 12;
export const INSTRUCTION_BYTES = 4 * INSTRUCTION_WORDS;

export const WORD_OP = 0;
export const WORD_DST = 1;
export const WORD_MODES = 2;
export const WORD_OPERANDS = 3;
export const WORD_LINE = 9;
export const WORD_AUX = 10;
export const WORD_TASK = 11;

export const MODE_IMMEDIATE = 0;
export const MODE_REGISTER = 1;
export const MODE_SHARED = 2;

/** exit_group(0). */
export const OP_END = 0;
/** System call: number in aux, ebx ecx edx esi edi = a0..a4, dst = eax. */
export const OP_INT80 = 1;
/** dst = a0 */
export const OP_MOV = 2;
/** dst = a0 + a1 */
export const OP_ADD = 3;
/** dst = a0 & a1 */
export const OP_AND = 4;
/** dst = a0 >> a1, logical */
export const OP_SHR = 5;
/** Jumps to instruction aux: always, or when a0 compares so with a1 (signed). */
export const OP_JMP = 6;
export const OP_JEQ = 7;
export const OP_JNE = 8;
export const OP_JLT = 9;
export const OP_JGE = 10;
/** dst = word at user address a0 */
export const OP_LOAD = 11;
/** word at user address a0 = a1 */
export const OP_STORE = 12;
/** dst = word at user address a0, which becomes that + a1, as lock xadd does */
export const OP_XADD = 13;
/** a0 must compare with a1 as aux says (one of the CMP_ values); else the expectation on this line failed. */
export const OP_EXPECT = 14;
/** Writes to user address a0 the text at user address a1, each '%' replaced by a2 in decimal. */
export const OP_PATH = 15;
/** The kernel's wind_down word becomes dst. */
export const OP_WIND_DOWN = 16;
/** Only init: the program is over. */
export const OP_HALT = 17;
/** dst = any of 0 to a0 - 1 */
export const OP_CHOOSE = 18;

export const CMP_EQ = 0;
export const CMP_NE = 1;
export const CMP_LT = 2;
export const CMP_LE = 3;
export const CMP_GT = 4;
export const CMP_GE = 5;

/** Instruction n as a handler for sigaction; other values stand for handlers that return at once. */
export const HANDLER_TEXT = 0x08048000;

/** User addresses. Read-only data and shared words are the same memory in every task; data is private. */
export const RODATA_BASE = USER_BASE;
export const SHARED_BASE = RODATA_BASE + RODATA_PAGES * USER_PAGE_SIZE;
export const DATA_BASE = SHARED_BASE + SHARED_PAGES * USER_PAGE_SIZE;
export const DATA_END = DATA_BASE + DATA_PAGES * USER_PAGE_SIZE;
export const SHARED_WORDS = (SHARED_PAGES * USER_PAGE_SIZE) / 4;

/** Buffers that assembled programs keep in their private data, after 64 words of their own. */
export const BUFFER_STATUS = DATA_BASE + USER_PAGE_SIZE;
export const BUFFER_STAT = BUFFER_STATUS + 16;
export const BUFFER_PATH = DATA_BASE + 2 * USER_PAGE_SIZE;
export const BUFFER_TEXT = DATA_BASE + 3 * USER_PAGE_SIZE;
