/**
 * Which words of a frame matter at each place where a function can stand still. A word that no resumption ever needs
 * becomes a JavaScript variable; the others are numbered anew, and the compiled module lists the live ones of each
 * resume point, so that two states are told apart by what can still be read and by nothing else.
 *
 * Backward data flow over the blocks' texts. An op of the form `word = text;` defines the word, and uses others only when
 * that word is used; every other mention counts as a use, which can only make a word live for longer.
 */
import { type Block, endTexts, type End, type Graph, successors } from './cfg.ts';
import { FIRST_SLOT } from '../../stepped/frames.ts';

const WORD = /\$F\[\$b \+ (\d+)\]/g;
/** A call, or an assignment inside the value. */
const EFFECT = /[\w$\])] *\(|[^=!<>]=[^=]/;
const DEFINITION = /^\$F\[\$b \+ (\d+)\] = ([^]*);$/;

export interface Settled {
  readonly graph: Graph;
  /** Names of the words that became variables. */
  readonly variables: readonly string[];
  /** Live words of the frame (offsets), by resume point. */
  readonly live: ReadonlyMap<number, readonly number[]>;
}

const wordsIn = (text: string): number[] =>
  [...text.matchAll(WORD)].map((match) => Number(match[1])).filter((word) => word >= FIRST_SLOT);

interface Op {
  readonly uses: readonly number[];
  readonly defines: number | undefined;
  /** Does nothing but give the word its value. */
  readonly pure: boolean;
}

function opOf(text: string): Op {
  const [, word, value] = DEFINITION.exec(text) ?? [];
  if (word === undefined || value === undefined) return { uses: wordsIn(text), defines: undefined, pure: false };
  return { uses: wordsIn(value), defines: Number(word), pure: !EFFECT.test(value.replaceAll(/Math\.\w+\(/g, '(')) };
}

/** Words that matter in front of a block, by those that matter behind it. */
function before(ops: readonly Op[], uses: readonly number[], behind: Iterable<number>): Set<number> {
  const live = new Set(behind);
  for (const word of uses) live.add(word);
  for (const op of ops.toReversed()) {
    if (op.defines !== undefined) {
      // What only serves to work out a word that nobody needs is not needed either: a counter that is never looked at.
      if (op.pure && !live.has(op.defines)) continue;
      live.delete(op.defines);
    }
    for (const word of op.uses) live.add(word);
  }
  return live;
}

function liveIn(blocks: readonly Block[]): Map<Block, Set<number>> {
  const live = new Map(blocks.map((block) => [block, new Set<number>()]));
  const texts = blocks.map((block) => ({
    block,
    ops: block.ops.map(opOf),
    uses: endTexts(block.end).flatMap(wordsIn),
  }));
  const at = (block: Block): Iterable<number> => live.get(block) ?? [];
  const behindOf = predecessors(blocks);
  // A block is looked at again when what matters behind it has grown; ends first, since it grows from there.
  const waiting = new Set(texts.toReversed());
  for (const one of waiting) {
    waiting.delete(one);
    const { block, ops, uses } = one;
    // Where in the block it jumps is not known, so what matters there matters all through it.
    const jumped = block.jumps.flatMap((to) => [...at(to)]);
    const behind = successors(block).flatMap((next) => [...at(next)]);
    const into = before(withJumps(ops, jumped), uses, behind);
    for (const word of jumped) into.add(word);
    if (into.size === live.get(block)?.size) continue;
    live.set(block, into);
    for (const i of behindOf.get(block) ?? []) waiting.add(texts[i] as (typeof texts)[number]);
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
function withJumps(ops: readonly Op[], jumped: readonly number[]): readonly Op[] {
  if (jumped.length === 0) return ops;
  return ops.map((op) => (op.defines !== undefined && jumped.includes(op.defines) ? { ...op, pure: false } : op));
}

/** Settles where each local lives. */
export function settle(graph: Graph): Settled {
  const live = liveIn(graph.blocks);
  const kept = new Set<number>();
  for (let i = 0; i < graph.parameters; i++) kept.add(FIRST_SLOT + i);
  for (const block of graph.blocks) if (block.resumes) for (const word of live.get(block) ?? []) kept.add(word);
  const offsets = new Map([...kept].sort((a, b) => a - b).map((word, i) => [word, FIRST_SLOT + i]));
  const variables = new Set<string>();
  const rename = (text: string): string =>
    text.replace(WORD, (whole, digits: string) => {
      const word = Number(digits);
      if (word < FIRST_SLOT) return whole;
      const offset = offsets.get(word);
      if (offset !== undefined) return `$F[$b + ${offset}]`;
      variables.add(`$s${word}`);
      return `$s${word}`;
    });
  // A word of the frame cuts what it is given to 32 bits, and makes 0 or 1 of a comparison; so must the variable.
  const renameOp = (op: string): string => {
    const [, word, value] = DEFINITION.exec(op) ?? [];
    if (word === undefined || value === undefined || offsets.has(Number(word))) return rename(op);
    return /^\$v$/.test(value) ? rename(op) : `${rename(`$F[$b + ${word}]`)} = (${rename(value)}) | 0;`;
  };
  const places = new Map<number, readonly number[]>();
  for (const block of graph.blocks) {
    if (!block.resumes) continue;
    const words = [...(live.get(block) ?? [])].flatMap((word) => offsets.get(word) ?? []);
    places.set(
      block.id,
      words.sort((a, b) => a - b),
    );
  }
  renameBlocks(graph.blocks, rename, renameOp);
  const frameWords = FIRST_SLOT + offsets.size;
  return { graph: { ...graph, frameWords }, variables: [...variables], live: places };
}

function renameBlocks(blocks: readonly Block[], rename: (t: string) => string, renameOp: (t: string) => string): void {
  for (const block of blocks) {
    block.ops.splice(0, block.ops.length, ...block.ops.map(renameOp));
    block.end = renameEnd(block.end, rename);
  }
}

function renameEnd(end: End | undefined, rename: (text: string) => string): End | undefined {
  switch (end?.kind) {
    case 'branch':
      return { ...end, test: rename(end.test) };
    case 'switch':
      return { ...end, value: rename(end.value) };
    case 'access':
    case 'call':
      return { ...end, args: end.args.map(rename) };
    case 'return':
      return { ...end, value: end.value === undefined ? undefined : rename(end.value) };
    default:
      return end;
  }
}
