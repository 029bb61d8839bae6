/** Functions that stand for what a module does with its tables of constants and its scratch, in the compiler's text. */
export const SCRATCH = '$scratch';
export const SCRATCH_WORD = '$word';
export const SCRATCH_PUT = '$put';
export const TABLE_ELEMENT = '$at';
export const TABLE_LENGTH = '$length';
