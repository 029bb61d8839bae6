/** The table of calls as Markdown, for docs/programs.md. A test compares the two. */
import type { CallSpec } from './call-spec.ts';
import { callNames, callSignature, calls } from './calls.ts';

/** One row a call: how it is written, its i386 number, what it does. */
export function callsTable(): string {
  const rows = callNames.map((name) => {
    const spec: CallSpec = calls[name];
    return `| \`${callSignature(name)}\` | ${callNumber(spec)} | ${spec.does} |`;
  });
  return ['| call | number | does |', '|---|---|---|', ...rows].join('\n');
}

function callNumber(spec: CallSpec): string {
  if (spec.number === 'unshare') return '310 (300 in desai-2005)';
  if (spec.number === 'nr') return '`nr`';
  return typeof spec.number === 'string' ? '-' : String(spec.number);
}
