/** JavaScript text of a function that no scheduling point cuts: it runs in one go, with its locals as variables. */
import type { Whole } from '../form/code.ts';
import { statementsText } from './statements.ts';
import { variable } from './values.ts';

export function wholeText({ routine, parameters, locals, body }: Whole): string {
  const names = Array.from({ length: locals }, (_, local) => variable(local));
  const own = names.slice(parameters).map((name) => `${name} = 0`);
  return [
    `function ${routine.name}(${names.slice(0, parameters).join(', ')}) {`,
    ...(own.length > 0 ? [`  let ${own.join(', ')};`] : []),
    ...statementsText(body, { homes: new Map(), framed: false }).map((line) => `  ${line}`),
    '}',
  ].join('\n');
}
