/**
 * Words of a CPU's own: an array that lies in the frame of the function which declares it. So it costs no step, recursion has
 * one for each call, and whatever is done with frames holds of it: it is copied, put back and told apart with them, as long
 * as it can still be read (liveness.ts). That is why it belongs to a function and not to a CPU: words that are never dead
 * would tell states apart that are the same.
 *
 * An array is a local of several words. Giving one word a value leaves the others, so it counts as a use of all.
 */
import type { CallExpression, Node } from 'oxc-parser';
import type { Statement } from '../form/code.ts';
import type { Value } from '../form/value.ts';
import { positionOf, SourceError } from '../source/source.ts';
import { SCRATCH, SCRATCH_PUT, SCRATCH_WORD } from '../source/tables.ts';
import { type Lowering, localOf, unsupported } from './lowering.ts';
import type { KernelFunction } from './program.ts';

const MOST_WORDS = 1024;

const isCallOf = (node: Node | null, name: string): node is CallExpression =>
  node?.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === name;

/** Whether a function has words of its own, and so needs a frame. */
export const hasScratch = ({ calls }: KernelFunction): boolean => calls.some((call) => isCallOf(call, SCRATCH));

/** Whether an expression gives one of them a value. */
export const putsWord = (node: Node): boolean => isCallOf(node, SCRATCH_PUT);

/** Notes which locals of the function are such arrays. Throws SourceError for a size that cannot be. */
export function noteArrays({ function: one, naming, locals, arrays }: Lowering): void {
  for (const [node, local] of locals) {
    if (node.type !== 'VariableDeclarator' || !isCallOf(node.init, SCRATCH)) continue;
    const [size] = node.init.arguments;
    const words = size === undefined || size.type === 'SpreadElement' ? 0 : naming.numberOf(one.module, size);
    if (!Number.isInteger(words) || words < 1 || words > MOST_WORDS) {
      const { file, source } = one.module;
      throw new SourceError(file, positionOf(source, node.start), `scratch: 1 to ${MOST_WORDS} words, not ${words}`);
    }
    arrays.set(local, words);
  }
}

/** What declaring one does; undefined for a local that is a number. */
export function declaredScratch(lowering: Lowering, node: Node): Statement | undefined {
  const array = localOf(lowering, node);
  const words = lowering.arrays.get(array);
  return words === undefined ? undefined : { kind: 'clear', array, words };
}

/** A read or a write of a word; undefined for a call of something else. `args` gives the arguments from one on. */
export function scratchValue(
  lowering: Lowering,
  node: CallExpression,
  args: (from: number) => readonly Value[],
): Value | undefined {
  const isPut = putsWord(node);
  if (!isPut && !isCallOf(node, SCRATCH_WORD)) return undefined;
  const [name] = node.arguments;
  const binding = name && lowering.function.module.names.at.get(name.start)?.binding;
  const array = binding && localOf(lowering, binding.node);
  const words = array === undefined ? undefined : lowering.arrays.get(array);
  const [index, value] = args(1);
  if (array === undefined || words === undefined || index === undefined) throw unsupported(lowering, node);
  if (!isPut) return { kind: 'word', array, words, index };
  if (value === undefined) throw unsupported(lowering, node);
  return { kind: 'put', array, words, index, value };
}
