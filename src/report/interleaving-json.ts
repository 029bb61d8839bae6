/** The interleaving of an execution for tools: an entry for each turn, and one for each choice. */
import type { ToldTurn } from '../explore/replay/interleaving.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import { valueOf } from '../stepped/move.ts';

export const interleavingJson = (turns: readonly ToldTurn[]) =>
  turns.flatMap(({ told }) => told.map((one) => moveJson(one)));

function moveJson({ step, cpu, task, move, of, at, access, source }: ToldMove) {
  return {
    step,
    cpu,
    task,
    ...(of === 0 ? { move: 'step' } : { move: 'choice', value: valueOf(move), of }),
    function: at?.function ?? null,
    file: at?.file ?? null,
    line: at?.line ?? null,
    access,
    source,
  };
}
