/**
 * Functions of a module that run at once, between two steps or before the first: setup, invariant, finished. Their text
 * stays as it is; calls of the bus go straight to RAM. Nobody else runs meanwhile, so one that waits would wait for ever:
 * taking a lock that is held is a fault, and so is making more accesses than any honest function does.
 */
import { MagicString } from 'magic-string';
import type { Names } from './naming.ts';
import { LOAD, READ_ONCE, STORE, WRITE_ONCE } from './primitives.ts';
import type { KernelFunction } from './program.ts';

const MOST_ACCESSES = 1_000_000;

/** Bus of these functions. Words that are read are noted in $hooks.seen, while that is an array. */
export function prologueNow(): string {
  const where = 'const w = a >> 2; if ((w - $first) >>> 0 >= $size) $size = $hooks.reach(w);';
  return [
    'let $turns = 0;',
    `function $counted() { if (++$turns > ${MOST_ACCESSES}) $hooks.endless(); }`,
    `function $nowLoad(a) { ${where} $counted(); if ($hooks.seen !== undefined) $hooks.seen[w] = 1; return $R[w]; }`,
    `function $nowStore(a, x) { ${where} $counted(); $R[w] = x; }`,
    'function $now(kind, a = 0, x = 0, y = 0) { $counted(); return $hooks.now(kind, a, x, y); }',
  ].join('\n');
}

/** Name of the form of a function that runs at once. */
export const nameNow = (one: KernelFunction, names: Names): string => `$now_${names.nameOf(one)}`;

/** The call that begins one. */
export const entryNow = (one: KernelFunction, names: Names): string =>
  `${one.name}: () => { $turns = 0; return ${nameNow(one, names)}(); }`;

/** A function with the names of the compiled module, its bus calls turned to RAM. */
export function functionNow(one: KernelFunction, names: Names): string {
  const { node, module, calls } = one;
  const text = new MagicString(module.source.text);
  const callees = new Map(calls.map((call) => [call.callee.start, call]));
  for (const { start, end, name, binding } of module.names.references) {
    if (start < node.start || end > node.end || !binding?.moduleLevel) continue;
    const call = callees.get(start);
    if (call === undefined) {
      text.overwrite(start, end, names.constant(module, name));
      continue;
    }
    const callee = names.classify(one, call);
    if (callee.kind === 'plain') text.overwrite(start, end, callee.text);
    else if (callee.kind === 'compiled') text.overwrite(start, end, nameNow(callee.callee, names));
    else if (callee.kind === 'register') text.overwrite(call.start, call.end, callee.text);
    else overwritePoint(text, start, end, call.arguments.length, callee.access);
  }
  if (node.id) text.overwrite(node.id.start, node.id.end, nameNow(one, names));
  return text.slice(node.start, node.end);
}

function overwritePoint(text: MagicString, start: number, end: number, args: number, access: number): void {
  if (access === LOAD || access === READ_ONCE) text.overwrite(start, end, '$nowLoad');
  else if (access === STORE || access === WRITE_ONCE) text.overwrite(start, end, '$nowStore');
  else {
    text.overwrite(start, end, '$now');
    // The kind becomes the first argument: behind the parenthesis that follows the name.
    const open = text.original.indexOf('(', end) + 1;
    text.appendLeft(open, args > 0 ? `${access}, ` : String(access));
  }
}
