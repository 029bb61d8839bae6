/**
 * JavaScript text of a compiled function: one `switch` over its blocks. It is called with its frame ($b), the region
 * of its CPU ($c) and the block to begin with ($pc), runs until something stands in its way, and returns
 *
 *   true    an access is pending: the machine may switch CPUs. When it goes on, the block that is taken up performs
 *           the access first, so that what is performed is known where it is compiled.
 *   false   the function has returned; its caller's frame is on top
 *
 * A call runs the callee on top of the JavaScript stack; only when it is taken up again does the driver (resumeText in
 * compile.ts) stand between a function and its caller. One switch a function, because the engine gives up on very large
 * ones. Blocks stand in the order of the source, so most gotos are falls into the next case.
 */
import { type Block, type End, successors } from './cfg.ts';
import { ADDRESS, CALLER, FIRST_SLOT, FUNCTION, KIND, RESULT, RESUME, TOP } from '../../stepped/frames.ts';
import type { Settled } from './liveness.ts';
import { performText } from './perform.ts';
import { isPlainWord } from '../../machine/access-kinds.ts';
import type { KernelFunction } from './program.ts';
import { returnText } from './render.ts';

/** What emit has to know of the whole module. */
export interface Linkage {
  /** Name of the function in the compiled module. */
  readonly nameOf: (one: KernelFunction) => string;
  /** Its number in the dispatch table. */
  readonly numberOf: (one: KernelFunction) => number;
  /** Words of a region; 0 when no call can leave it, whatever the functions do. */
  readonly guardedWords: number;
  readonly frameWordsOf: (one: KernelFunction) => number;
  /** Bytes of a CPU's own block that no other CPU touches: plain accesses there are no scheduling points. */
  readonly privateBytes: number;
  /** Notes what loops read, so that spinning is seen. */
  readonly noting: boolean;
  /** Refuses addresses that are no multiple of 4, and counts turns of loops and calls. */
  readonly strict: boolean;
}

export function emitFunction({ graph, variables }: Settled, linkage: Linkage): string {
  const blocks = reachable(graph.blocks);
  const cases = blocks.map((block, i) => emitBlock(graph.frameWords, block, blocks[i + 1], linkage));
  const locals = ['$v', '$a', ...variables].map((name) => `${name} = 0`).join(', ');
  return [
    `function ${linkage.nameOf(graph.function)}($b, $c, $pc) {`,
    `  let ${locals};`,
    '  $run: for (;;) switch ($pc) {',
    ...cases,
    '  }',
    '}',
  ].join('\n');
}

/** Blocks that can run, in the order of their numbers. */
function reachable(blocks: readonly Block[]): Block[] {
  const found = new Set<Block>(blocks.slice(0, 1));
  for (const block of found) for (const next of successors(block)) found.add(next);
  return [...found].sort((a, b) => a.id - b.id);
}

function emitBlock(frameWords: number, block: Block, next: Block | undefined, linkage: Linkage): string {
  const lines = [...resumption(block, linkage), ...block.ops, ...emitEnd(frameWords, block.end, next, linkage)];
  return [`  case ${block.id}:`, ...lines.map((line) => `    ${line}`)].join('\n');
}

function resumption({ resumes }: Block, { noting, strict }: Linkage): string[] {
  if (resumes?.kind === 'access') return [performText(resumes.access, noting, strict)];
  return resumes?.kind === 'call' ? [`$v = $F[$c + ${RESULT}];`] : [];
}

function goto(to: Block, next: Block | undefined): string[] {
  return to === next ? [] : [`$pc = ${to.id};`, 'continue $run;'];
}

function emitEnd(frameWords: number, end: End | undefined, next: Block | undefined, linkage: Linkage): string[] {
  switch (end?.kind) {
    case 'goto':
      return goto(end.to, next);
    case 'branch': {
      if (end.yes === next) return [`if (!${end.test}) { ${goto(end.no, undefined).join(' ')} }`];
      return [`if (${end.test}) { ${goto(end.yes, undefined).join(' ')} }`, ...goto(end.no, next)];
    }
    case 'switch': {
      const cases = end.cases.map(({ test, to }) => `case ${test}: ${goto(to, undefined).join(' ')}`);
      return [`switch (${end.value}) {`, ...cases.map((line) => `  ${line}`), '}', ...goto(end.otherwise, next)];
    }
    case 'access':
      return emitAccess(end, next, linkage);
    case 'call':
      return [...emitCall(frameWords, end, linkage), ...goto(end.next, next)];
    case 'spin':
      return [`$F[$b + ${RESUME}] = ${end.next.id};`, '$turn(); if ($spin($c)) return true;', ...goto(end.next, next)];
    case 'return':
      return [returnText(end.value)];
    default:
      return ['return false;'];
  }
}

function emitAccess(end: End & { kind: 'access' }, next: Block | undefined, { privateBytes }: Linkage): string[] {
  const operands = end.args.map((text, i) => `$F[$c + ${ADDRESS + i}] = ${text};`);
  const lines = [...operands, `$F[$c + ${KIND}] = ${end.access};`, `$F[$b + ${RESUME}] = ${end.next.id};`];
  if (privateBytes === 0 || !isPlainWord(end.access)) return [...lines, 'return true;'];
  const shared = `if (($F[$c + ${ADDRESS}] - $area) >>> 0 >= ${privateBytes}) return true;`;
  return [...lines, shared, ...goto(end.next, next)];
}

function emitCall(frameWords: number, end: End & { kind: 'call' }, linkage: Linkage): string[] {
  const { guardedWords } = linkage;
  const limit = guardedWords - linkage.frameWordsOf(end.callee);
  return [
    ...(guardedWords > 0 ? [`if ($b + ${frameWords} > $c + ${limit}) $overflow();`] : []),
    ...end.args.map((text, i) => `$F[$b + ${frameWords + FIRST_SLOT + i}] = ${text};`),
    `$F[$b + ${frameWords + FUNCTION}] = ${linkage.numberOf(end.callee)};`,
    `$F[$b + ${frameWords + RESUME}] = 0;`,
    `$F[$b + ${frameWords + CALLER}] = $b;`,
    `$F[$b + ${RESUME}] = ${end.next.id};`,
    `$F[$c + ${TOP}] = $b + ${frameWords};`,
    ...(linkage.strict ? ['$turn();'] : []),
    `if (${linkage.nameOf(end.callee)}($b + ${frameWords}, $c, 0)) return true;`,
  ];
}
