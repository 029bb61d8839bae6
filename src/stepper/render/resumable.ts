/**
 * JavaScript text of a cut function: one `switch` over its blocks. It is called with its frame ($b), the region
 * of its CPU ($c) and the block to begin with ($pc), runs until something stands in its way, and returns
 *
 *   true    an access is pending: the machine may switch CPUs. When it goes on, the block that is taken up performs
 *           the access first, so that what is performed is known where it is compiled.
 *   false   the function has returned; its caller's frame is on top
 *
 * A call runs the callee on top of the JavaScript stack; only when it is taken up again does the driver (resumeText in
 * module.ts) stand between a function and its caller. One switch a function, because the engine gives up on very large
 * ones. Blocks stand in the order of the source, so most gotos are falls into the next case.
 */
import { isPlainWord } from '../../machine/access-kinds.ts';
import {
  ADDRESS,
  CALLER,
  FIRST_SLOT,
  FUNCTION,
  KIND,
  RECURSIVE_WORDS,
  RESULT,
  RESUME,
  TOP,
} from '../../stepped/frames.ts';
import { type Block, type End, reachable } from '../form/code.ts';
import type { Resumable, Unit } from '../form/unit.ts';
import type { Routine } from '../form/value.ts';
import { performText } from './perform.ts';
import { gotoText, returnText, statementsText } from './statements.ts';
import { operandText, type Scope, valueText, variable } from './values.ts';
import { frame, header } from './words.ts';

/** The function that is written, in its module. */
interface Place extends Scope {
  readonly unit: Unit;
  readonly numbers: ReadonlyMap<Routine, number>;
  readonly frameWords: number;
}

/** Numbers of the functions of the frames. */
export function numbersOf({ resumable }: Unit): ReadonlyMap<Routine, number> {
  return new Map(resumable.map(({ graph }, i) => [graph.routine, i]));
}

export function resumableText(one: Resumable, unit: Unit, numbers: ReadonlyMap<Routine, number>): string {
  const { graph, frameWords, homes, variables } = one;
  const place = { unit, numbers, frameWords, homes, framed: true };
  const blocks = reachable(graph.blocks);
  const cases = blocks.map((block, i) => blockText(block, blocks[i + 1], place));
  const locals = ['$v', '$a', ...variables.map(variable)].map((name) => `${name} = 0`).join(', ');
  return [
    `function ${graph.routine.name}($b, $c, $pc) {`,
    `  let ${locals};`,
    '  $run: for (;;) switch ($pc) {',
    ...cases,
    '  }',
    '}',
  ].join('\n');
}

function blockText(block: Block, next: Block | undefined, place: Place): string {
  const lines = [
    ...resumption(block, place.unit),
    ...statementsText(block.ops, place),
    ...endText(block.end, next, place),
  ];
  return [`  case ${block.id}:`, ...lines.map((line) => `    ${line}`)].join('\n');
}

function resumption({ resumes }: Block, { noting, strict }: Unit): string[] {
  if (resumes?.kind === 'access') return [performText(resumes.access, noting, strict)];
  return resumes?.kind === 'call' ? [`$v = ${header(RESULT)};`] : [];
}

/** Nothing where the block stands next. */
function goOn(to: Block, next: Block | undefined): string[] {
  return to === next ? [] : gotoText(to);
}

function endText(end: End | undefined, next: Block | undefined, place: Place): string[] {
  switch (end?.kind) {
    case 'goto':
      return goOn(end.to, next);
    case 'branch':
      if (end.yes === next) return [`if (!${operandText(end.test, place)}) { ${gotoText(end.no).join(' ')} }`];
      return [`if (${valueText(end.test, place)}) { ${gotoText(end.yes).join(' ')} }`, ...goOn(end.no, next)];
    case 'switch': {
      const cases = end.cases.map(({ test, to }) => `  case ${valueText(test, place)}: ${gotoText(to).join(' ')}`);
      return [`switch (${valueText(end.value, place)}) {`, ...cases, '}', ...goOn(end.otherwise, next)];
    }
    case 'access':
      return accessText(end, next, place);
    case 'call':
      return [...callText(end, place), ...goOn(end.next, next)];
    case 'spin':
      return [`${frame(RESUME)} = ${end.next.id};`, '$turn(); if ($spin($c)) return true;', ...goOn(end.next, next)];
    case 'return':
      return returnText(end.value, place);
    default:
      return ['return false;'];
  }
}

function accessText(end: End & { kind: 'access' }, next: Block | undefined, place: Place): string[] {
  const { privateBytes } = place.unit;
  const operands = end.args.map((one, i) => `${header(ADDRESS + i)} = ${valueText(one, place)};`);
  const lines = [...operands, `${header(KIND)} = ${end.access};`, `${frame(RESUME)} = ${end.next.id};`];
  if (privateBytes === 0 || !isPlainWord(end.access)) return [...lines, 'return true;'];
  const shared = `if ((${header(ADDRESS)} - $area) >>> 0 >= ${privateBytes}) return true;`;
  return [...lines, shared, ...goOn(end.next, next)];
}

function callText({ callee, args, next }: End & { kind: 'call' }, place: Place): string[] {
  const { unit, numbers, frameWords } = place;
  const number = numbers.get(callee) ?? -1;
  const limit = RECURSIVE_WORDS - (unit.resumable[number]?.frameWords ?? 0);
  return [
    ...(unit.guarded ? [`if ($b + ${frameWords} > $c + ${limit}) $overflow();`] : []),
    ...args.map((one, i) => `${frame(frameWords + FIRST_SLOT + i)} = ${valueText(one, place)};`),
    `${frame(frameWords + FUNCTION)} = ${number};`,
    `${frame(frameWords + RESUME)} = 0;`,
    `${frame(frameWords + CALLER)} = $b;`,
    `${frame(RESUME)} = ${next.id};`,
    `${header(TOP)} = $b + ${frameWords};`,
    ...(unit.strict ? ['$turn();'] : []),
    `if (${callee.name}($b + ${frameWords}, $c, 0)) return true;`,
  ];
}
