/**
 * JavaScript text of a compiled function: one `switch` over its blocks. It is called with its frame ($b) and the
 * region of its CPU ($c), runs until something stands in its way, and returns
 *
 *   true    an access is pending: the machine may switch CPUs
 *   false   another frame is on top now: a call was made, or this function returned
 *
 * One switch a function, because the engine gives up on very large ones. Blocks stand in the order of the source, so
 * most gotos are falls into the next case.
 */
import { type Block, type End, type Graph, successors } from './cfg.ts';
import { ADDRESS, CALLER, CPU_WORDS, FIRST_SLOT, FUNCTION, KIND, RESUME, TOP } from './frames.ts';
import type { KernelFunction } from './program.ts';
import { returnText } from './render.ts';

/** What emit has to know of the functions a function calls. */
export interface Linkage {
  /** Name of the function in the compiled module. */
  readonly nameOf: (one: KernelFunction) => string;
  /** Its number in the dispatch table. */
  readonly numberOf: (one: KernelFunction) => number;
  readonly frameWordsOf: (one: KernelFunction) => number;
}

export function emitFunction(graph: Graph, linkage: Linkage): string {
  const blocks = reachable(graph);
  const cases = blocks.map((block, i) => emitBlock(graph, block, blocks[i + 1], linkage));
  return [
    `function ${linkage.nameOf(graph.function)}($b, $c) {`,
    `  let $pc = $F[$b + ${RESUME}];`,
    '  $run: for (;;) switch ($pc) {',
    ...cases,
    '  }',
    '}',
  ].join('\n');
}

/** Blocks that can run, in the order of their numbers. */
function reachable({ blocks }: Graph): Block[] {
  const found = new Set<Block>(blocks.slice(0, 1));
  for (const block of found) for (const next of successors(block)) found.add(next);
  return [...found].sort((a, b) => a.id - b.id);
}

function emitBlock(graph: Graph, block: Block, next: Block | undefined, linkage: Linkage): string {
  const lines = [...block.ops, ...emitEnd(graph, block.end, next, linkage)];
  return [`  case ${block.id}:`, ...lines.map((line) => `    ${line}`)].join('\n');
}

function goto(to: Block, next: Block | undefined): string[] {
  return to === next ? [] : [`$pc = ${to.id};`, 'continue $run;'];
}

function emitEnd(graph: Graph, end: End | undefined, next: Block | undefined, linkage: Linkage): string[] {
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
    case 'access': {
      const operands = end.args.map((text, i) => `$F[$c + ${ADDRESS + i}] = ${text};`);
      return [...operands, `$F[$c + ${KIND}] = ${end.access};`, `$F[$b + ${RESUME}] = ${end.next.id};`, 'return true;'];
    }
    case 'call': {
      const frame = `$b + ${graph.frameWords}`;
      const limit = CPU_WORDS - linkage.frameWordsOf(end.callee);
      const args = end.args.map((text, i) => `$F[${frame} + ${FIRST_SLOT + i}] = ${text};`);
      return [
        `if (${frame} > $c + ${limit}) $overflow();`,
        ...args,
        `$F[${frame} + ${FUNCTION}] = ${linkage.numberOf(end.callee)};`,
        `$F[${frame} + ${RESUME}] = 0;`,
        `$F[${frame} + ${CALLER}] = $b;`,
        `$F[$b + ${RESUME}] = ${end.next.id};`,
        `$F[$c + ${TOP}] = ${frame};`,
        'return false;',
      ];
    }
    case 'return':
      return [returnText(end.value)];
    default:
      return ['return false;'];
  }
}
