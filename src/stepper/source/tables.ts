/** Functions that stand for what a module does with its tables of constants, in the compiler's text and in its output. */
export const TABLE_ELEMENT = '$at';
export const TABLE_LENGTH = '$length';
