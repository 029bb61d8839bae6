import { hasOwnThis } from './access.ts';
import type { Emitter } from './emitter.ts';

/** Temporaries, and what arrows inside take from here. Written last, when it is known what they take. */
export function prologue(e: Emitter): string {
  const p = e.prefix;
  const { state } = e;
  const names = [`${p}v`, `${p}o`];
  for (let i = 1; i <= state.temporaries; i++) names.push(`${p}t${i}`);
  let text = `var ${names.join(', ')};`;
  const takes = state.captured;
  if (state.kind === 'derived') text += `let ${p}this;`;
  else if (takes.has('this')) text += `const ${p}this = ${hasOwnThis(state) ? 'this' : `${e.name('ownThis')}(this)`};`;
  if (takes.has('arguments')) text += `const ${p}arguments = arguments;`;
  if (takes.has('target') || state.kind === 'derived')
    text += `const ${p}target = ${e.name('takeTarget')}(${state.info});`;
  if (takes.has('super')) text += `const ${p}super = (k) => super[k];`;
  if (takes.has('superSet')) text += `const ${p}superSet = (k, v) => super[k] = v;`;
  return text;
}
