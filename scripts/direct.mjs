/**
 * What a chunk takes of another, under a name of its own that is given once: `require_first.load(...)` asks a getter each time,
 * which makes code that is not optimised yet half as fast. Only of what never changes: functions, classes, constants.
 */
const EXPORT =
  /^Object\.defineProperty\(exports, "([\w$]+)", \{\n\tenumerable: true,\n\tget: function\(\) \{\n\t\treturn ([\w$]+);\n\t\}\n\}\);$/gm;
const FIXED = /^(?:(?:async )?function\*? |const |var (?=[\w$]+ = class\b))([\w$]+)/gm;
const REQUIRE = /^const (require_\w+) = require\("\.\/([\w.-]+)"\);$/gm;

/** Names that a chunk exports and that stay what they are. */
function fixedOf(code) {
  const fixed = new Set([...code.matchAll(FIXED)].map(([, name]) => name));
  return new Set([...code.matchAll(EXPORT)].flatMap(([, name, local]) => (fixed.has(local) ? [name] : [])));
}

/** Chunks by name, as code, each with direct names. Throws where two need each other: one would take what is not there yet. */
export function direct(chunks) {
  const needs = new Map(
    [...chunks].map(([name, code]) => [name, [...code.matchAll(REQUIRE)].map(([, , from]) => from)]),
  );
  for (const name of chunks.keys()) checkOrder(name, needs, []);
  const fixed = new Map([...chunks].map(([name, code]) => [name, fixedOf(code)]));
  return new Map([...chunks].map(([name, code]) => [name, given(directCode(code, fixed), fixed.get(name))]));
}

/** What never changes is given as it is, below where it is made: a getter each for hundreds of names takes milliseconds. */
function given(code, fixed) {
  return code.replace(EXPORT, (whole, name, local) =>
    fixed.has(name) ? `exports.${name} = ${local};\n\n\n\n\n` : whole,
  );
}

function checkOrder(name, needs, above) {
  if (above.includes(name)) throw new Error(`chunks need each other: ${[...above, name].join(', ')}`);
  for (const next of needs.get(name) ?? []) checkOrder(next, needs, [...above, name]);
}

function directCode(code, fixed) {
  const taken = new Map();
  const from = new Map([...code.matchAll(REQUIRE)].map(([, chunk, file]) => [chunk, fixed.get(file) ?? new Set()]));
  const renamed = code.replace(/\b(require_\w+)\.([\w$]+)/g, (whole, chunk, name) => {
    if (from.get(chunk)?.has(name) !== true) return whole;
    const own = `${chunk}$${name}`;
    taken.set(chunk, (taken.get(chunk) ?? new Map()).set(own, name));
    return own;
  });
  // On the line that is there: the maps know of no other.
  return renamed.replace(REQUIRE, (line, chunk) => {
    const names = [...(taken.get(chunk) ?? [])].map(([own, name]) => `, ${own} = ${chunk}.${name}`);
    return `${line.slice(0, -1)}${names.join('')};`;
  });
}
