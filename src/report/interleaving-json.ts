/** The interleaving of an execution for tools: an entry for each turn, and one for each choice; and the moves that matter. */
import type { ToldTurn } from '../explore/replay/interleaving.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import { valueOf } from '../stepped/move.ts';

export const interleavingJson = (turns: readonly ToldTurn[]) =>
  turns.flatMap(({ told }) => told.map((one) => moveJson(one)));

/** The accesses that a person is shown, and the calls of the program. */
export const accessesJson = (turns: readonly ToldTurn[]) =>
  turns.flatMap(({ shown }) => shown.map((one) => fullMoveJson(one)));

export const callsJson = (turns: readonly ToldTurn[]) =>
  turns.flatMap(({ cpu, calls }) =>
    calls.map(({ step, task, text, line, result }) => ({ step, cpu, task, call: text, line, result })),
  );

function moveJson({ step, cpu, task, move, of, fault, interrupts, at, access, source }: ToldMove) {
  return {
    step,
    cpu,
    task,
    ...(of === 0 ? { move: interrupts ? 'tick' : 'step' } : { move: 'choice', value: valueOf(move), of }),
    ...(interrupts ? { interrupts } : {}),
    ...(fault === null ? {} : { fault }),
    function: at?.function ?? null,
    file: at?.file ?? null,
    line: at?.line ?? null,
    access,
    source,
  };
}

/** The same with who called the function, innermost first, and with what people call the word. */
export function fullMoveJson(told: ToldMove) {
  const callers = told.callers.map(({ function: name, file, line }) => ({ function: name, file, line }));
  return { ...moveJson(told), name: told.access === null ? null : told.detail.name, callers };
}
