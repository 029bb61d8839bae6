/**
 * Which locals matter at each place where a function can stand still. Those that some resumption needs get a word of the
 * frame; the others are variables of the engine, and the compiled module lists the live words of each resume point, so that
 * two states are told apart by what can still be read and by nothing else.
 *
 * Backward data flow over the blocks. An op that sets a local defines it, and uses others only when that local is used;
 * every other mention counts as a use, which can only make a local live for longer.
 */
import { type Block, endValues, type Graph, type Statement, successors } from '../form/code.ts';
import { mentions } from '../form/mentions.ts';
import type { Resumable } from '../form/unit.ts';
import { isPure, type Local, localsIn } from '../form/value.ts';
import { FIRST_SLOT } from '../../stepped/frames.ts';

interface Op {
  readonly uses: readonly Local[];
  readonly defines: Local | undefined;
  /** Does nothing but give the local its value. */
  readonly pure: boolean;
}

function opOf(statement: Statement): Op {
  if (statement.kind === 'clear') return { uses: [], defines: statement.array, pure: true };
  if (statement.kind !== 'set') return { uses: mentions(statement), defines: undefined, pure: false };
  return { uses: localsIn(statement.value), defines: statement.local, pure: isPure(statement.value) };
}

/** Locals that matter in front of a block, by those that matter behind it. */
function before(ops: readonly Op[], uses: readonly Local[], behind: Iterable<Local>): Set<Local> {
  const live = new Set(behind);
  for (const local of uses) live.add(local);
  for (const op of ops.toReversed()) {
    if (op.defines !== undefined) {
      // What only serves to work out a local that nobody needs is not needed either: a counter that is never looked at.
      if (op.pure && !live.has(op.defines)) continue;
      live.delete(op.defines);
    }
    for (const local of op.uses) live.add(local);
  }
  return live;
}

function liveIn(blocks: readonly Block[]): Map<Block, Set<Local>> {
  const live = new Map(blocks.map((block) => [block, new Set<Local>()]));
  const flows = blocks.map((block) => ({
    block,
    ops: block.ops.map(opOf),
    uses: endValues(block.end).flatMap(localsIn),
  }));
  const at = (block: Block): Iterable<Local> => live.get(block) ?? [];
  const behindOf = predecessors(blocks);
  // A block is looked at again when what matters behind it has grown; ends first, since it grows from there.
  const waiting = new Set(flows.toReversed());
  for (const one of waiting) {
    waiting.delete(one);
    const { block, ops, uses } = one;
    // Where in the block it jumps is not known, so what matters there matters all through it.
    const jumped = block.jumps.flatMap((to) => [...at(to)]);
    const behind = successors(block).flatMap((next) => [...at(next)]);
    const into = before(withJumps(ops, jumped), uses, behind);
    for (const local of jumped) into.add(local);
    if (into.size === live.get(block)?.size) continue;
    live.set(block, into);
    for (const i of behindOf.get(block) ?? []) waiting.add(flows[i] as (typeof flows)[number]);
  }
  return live;
}

/** Indexes of the blocks that a block can be reached from. */
function predecessors(blocks: readonly Block[]): ReadonlyMap<Block, readonly number[]> {
  const from = new Map<Block, number[]>(blocks.map((block) => [block, []]));
  blocks.forEach((block, i) => {
    for (const next of successors(block)) from.get(next)?.push(i);
  });
  return from;
}

/** The ops, none of which may be taken for useless when a jump needs what it gives. */
function withJumps(ops: readonly Op[], jumped: readonly Local[]): readonly Op[] {
  if (jumped.length === 0) return ops;
  return ops.map((op) => (op.defines !== undefined && jumped.includes(op.defines) ? { ...op, pure: false } : op));
}

/** Settles where each local lives. */
export function settle(graph: Graph): Resumable {
  const { blocks, parameters, arrays } = graph;
  const wordsOf = (local: Local): number => arrays.get(local) ?? 1;
  const live = liveIn(blocks);
  const kept = new Set<Local>();
  for (let i = 0; i < parameters; i++) kept.add(i);
  for (const block of blocks) if (block.resumes) for (const local of live.get(block) ?? []) kept.add(local);
  // Several words are no variable of the engine.
  for (const local of arrays.keys()) kept.add(local);
  const homes = new Map<Local, number>();
  let frameWords = FIRST_SLOT;
  for (const local of [...kept].sort((a, b) => a - b)) {
    homes.set(local, frameWords);
    frameWords += wordsOf(local);
  }
  const mentioned = blocks.flatMap(({ ops, end }) => [...ops.flatMap(mentions), ...endValues(end).flatMap(localsIn)]);
  const variables = [...new Set(mentioned)].filter((local) => !homes.has(local));
  const places = new Map<number, readonly number[]>();
  for (const block of blocks) {
    if (!block.resumes) continue;
    const words = [...(live.get(block) ?? [])].flatMap((local) => {
      const home = homes.get(local);
      return home === undefined ? [] : Array.from({ length: wordsOf(local) }, (_, i) => home + i);
    });
    places.set(
      block.id,
      words.sort((a, b) => a - b),
    );
  }
  return { graph, frameWords, homes, variables, live: places };
}
