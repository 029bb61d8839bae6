/**
 * Words of a CPU's own, which belong to the call of a function: to count, to remember what was seen, to sort. No access and
 * no step. A module that is explored keeps them in the function's frame (compile/scratch.ts); nobody calls this then.
 */
export function scratch(words: number): Int32Array {
  return new Int32Array(words);
}
