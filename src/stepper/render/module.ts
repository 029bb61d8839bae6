/**
 * A unit as a JavaScript module, which exports `instantiate(frames, ram, hooks)`: the compiled functions over an Int32Array
 * of frames (frames.ts).
 *
 * Every name of ours begins with $, which no kernel name does. Of a user's module no name and no string is left but
 * messages of assert, in ASCII; generated.ts holds the text against that.
 */
import { IDLE } from '../../machine/access.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import type { CompiledModule } from '../../stepped/compiled-module.ts';
import { ADDRESS, AREA, HEADER_WORDS, KIND, LINE, RESUME, TOP } from '../../stepped/frames.ts';
import { MOST_TURNS, NO_ELEMENT, NO_END, NO_WORD, STACK_FULL } from '../../stepped/stops.ts';
import type { Unit } from '../form/unit.ts';
import type { Constant } from '../form/value.ts';
import { TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';
import { numbersOf, resumableText } from './resumable.ts';
import { wholeText } from './whole.ts';
import { frame, header } from './words.ts';

/** What a compiled module says of itself, whatever it is compiled to. */
export function factsOf({ exported, noting, regionWords, resumable }: Unit): Omit<CompiledModule, 'instantiate'> {
  const live = resumable.map((one) => Object.fromEntries(one.live));
  return { entries: Object.fromEntries(exported), headerWords: HEADER_WORDS, noting, regionWords, live };
}

/** Text of the module. */
export function renderModule(unit: Unit): string {
  const { resumable, whole, strict } = unit;
  const numbers = numbersOf(unit);
  const functions = [...whole.map(wholeText), ...resumable.map((one) => resumableText(one, unit, numbers))];
  const turns = functions.some((one) => one.includes('$turn()'));
  const facts = factsOf(unit);
  const exported = Object.entries(facts.entries).map(([name, number]) => `${name}: ${number}`);
  return [
    ...[...unit.imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`),
    `export const entries = { ${exported.join(', ')} };`,
    `export const headerWords = ${facts.headerWords};`,
    `export const noting = ${facts.noting};`,
    `export const regionWords = ${facts.regionWords};`,
    `export const live = [${facts.live.map(liveText).join(', ')}];`,
    ...unit.constants.map(constantText),
    'export function instantiate(frames, ram, $hooks) {',
    prologue(strict),
    ...(strict ? [guards()] : []),
    ...(functions.some((one) => /\$(?:clear|in)\(/.test(one)) ? [scratchGuards()] : []),
    ...functions,
    resumeText(
      resumable.map(({ graph }) => graph.routine.name),
      turns,
    ),
    'return $resume;',
    '}',
    '',
  ].join('\n');
}

function constantText({ name, value }: Constant): string {
  return `const ${name} = ${typeof value === 'number' ? value : `[${value.join(', ')}]`};`;
}

/** What every compiled function can see. */
function prologue(strict: boolean): string {
  const region = strict ? ', $c' : '';
  return [
    `const $F = frames, $R = ram, $first = ${FIRST_WORD};`,
    'let $area = 0, $size = $hooks.size;',
    ...(strict ? [] : ['const $high = $hooks.high, $highSize = $hooks.highSize;']),
    `function $reach(word, $c) { ${header(LINE)} = 0; $size = $hooks.reach(word, ${header(ADDRESS)}${region}); }`,
    `function $poisoned(value, $c) { ${header(LINE)} = 0; $hooks.poisoned(value, $c); }`,
    'function $perform($c) { return $hooks.perform($c); }',
    'function $spin($c) { return $hooks.spin($c); }',
    'function $did($c, word, before, kind) { $hooks.did($c, word, before, kind); }',
    `function $overflow() { $hooks.stop(${STACK_FULL}); }`,
  ].join('\n');
}

/** What stops a user's module where the kernel needs no stopping, and elements of its tables of constants. */
function guards(): string {
  return [
    'let $turns = 0;',
    `function $turn() { if (++$turns > ${MOST_TURNS}) $hooks.stop(${NO_END}); }`,
    `function ${TABLE_ELEMENT}(table, i) { if (i >>> 0 >= table.length) $hooks.stop(${NO_ELEMENT}); return table[i]; }`,
    `function ${TABLE_LENGTH}(table) { return table.length; }`,
  ].join('\n');
}

/** Words of a function's own: made 0, and held against how many there are. */
function scratchGuards(): string {
  return [
    'function $clear($a, i) { for (let $v = 0; $v < i; $v++) $F[$a + $v] = 0; }',
    `function $in(i, value) { if (i >>> 0 >= value) $hooks.stop(${NO_WORD}); return i; }`,
  ].join('\n');
}

/** Functions of small modules are called by name, which the engine can look through; of large ones by a table. */
const MOST_BY_NAME = 24;

/** Runs a CPU from where it stands to its next access, or to the end of its entry function. */
function resumeText(names: readonly string[], turns: boolean): string {
  const byName = names.length <= MOST_BY_NAME;
  const cases = names.map((name, i) => `case ${i}: if (${name}($b, $c, ${frame(RESUME)})) return; break;`);
  return [
    byName ? '' : `const $functions = [${names.join(', ')}];`,
    'function $resume($c) {',
    `  $area = ${header(AREA)};`,
    ...(turns ? ['  $turns = 0;'] : []),
    '  for (;;) {',
    `    const $b = ${header(TOP)};`,
    `    if ($b === 0) { ${header(KIND)} = ${IDLE}; return; }`,
    byName
      ? `    switch ($F[$b]) { ${cases.join(' ')} }`
      : `    if ($functions[$F[$b]]($b, $c, ${frame(RESUME)})) return;`,
    '  }',
    '}',
  ].join('\n');
}

function liveText(live: Readonly<Record<number, readonly number[]>>): string {
  const words = Object.entries(live).map(([resume, offsets]) => `${resume}: [${offsets.join(', ')}]`);
  return `{ ${words.join(', ')} }`;
}
