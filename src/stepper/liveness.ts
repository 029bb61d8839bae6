/**
 * Which words of a frame matter at each place where a function can stand still. A word that no resumption ever needs
 * becomes a JavaScript variable; the others are numbered anew, and the compiled module lists the live ones of each
 * resume point, so that two states are told apart by what can still be read and by nothing else.
 *
 * Backward data flow over the blocks' texts. An op of the form `word = text;` defines the word; every other mention
 * counts as a use, which can only make a word live for longer.
 */
import { type Block, endTexts, type End, type Graph, successors } from './cfg.ts';
import { FIRST_SLOT } from './frames.ts';

const WORD = /\$F\[\$b \+ (\d+)\]/g;
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

/** Words read before they are written in a block, and words written first. */
function summary(block: Block): { readonly uses: Set<number>; readonly defines: Set<number> } {
  const uses = new Set<number>();
  const defines = new Set<number>();
  const use = (text: string): void => {
    for (const word of wordsIn(text)) if (!defines.has(word)) uses.add(word);
  };
  for (const op of block.ops) {
    const definition = DEFINITION.exec(op);
    use(definition?.[2] ?? op);
    if (definition !== null) defines.add(Number(definition[1]));
  }
  for (const text of endTexts(block.end)) use(text);
  return { uses, defines };
}

function liveIn(blocks: readonly Block[]): Map<Block, Set<number>> {
  const live = new Map(blocks.map((block) => [block, new Set<number>()]));
  const summaries = new Map(blocks.map((block) => [block, summary(block)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks.toReversed()) {
      const { uses, defines } = summaries.get(block) ?? summary(block);
      const into = live.get(block) ?? new Set();
      const before = into.size;
      for (const word of uses) into.add(word);
      for (const next of successors(block)) {
        const jumped = block.jumps.includes(next);
        for (const word of live.get(next) ?? []) if (jumped || !defines.has(word)) into.add(word);
      }
      changed ||= into.size !== before;
    }
  }
  return live;
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
