import type { Emitter } from './emitter.ts';
import type { Node } from './source.ts';

/** Arguments as one array. */
export function argumentsOf(e: Emitter, node: Node): string {
  return `[${(node.arguments as Node[]).map((one) => e.emit(one)).join(', ')}]`;
}
