/** Functions that nothing cuts and that work on a memory of words: the search inside, checkers. */
import type { Whole } from '../form/code.ts';
import type { Value } from '../form/value.ts';
import { Body } from './body.ts';
import { op } from './opcodes.ts';
import { rangeOf } from './range.ts';
import type { Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { word } from './values.ts';

/**
 * A function whose memory is one instruction away (stepped/inside/memory.ts). `resume` writes what that is there, `inPlace` calls
 * that are none.
 */
export function wholeBody(
  one: Whole,
  links: Links,
  resume: (body: Body, name: string) => void,
  inPlace: NonNullable<Scope['inPlace']>,
): Body {
  const body = new Body(one.parameters, one.locals);
  const scope: Scope = {
    body,
    links,
    read: (local) => body.get(local),
    write: (local) => body.set(local),
    isArea: () => false,
    inPlace,
    own: ({ name }, [address, value], _, inner) => {
      if (address === undefined) throw new TypeError(`${name} is given nothing`);
      if (name.startsWith('resume')) {
        word(address, inner);
        return resume(body, name);
      }
      const offset = place(address, inner);
      if (value === undefined) return body.word(op.i32_load, offset);
      word(value, inner);
      body.word(op.i32_store, offset);
      body.i32(0);
    },
  };
  statements(one.body, scope);
  body.i32(0);
  return body;
}

function constant(value: Value): number | undefined {
  const { least, most } = rangeOf(value);
  return least === most && least >= 0 ? least : undefined;
}

/** Puts an address on the stack, without a constant that is added to it: that is left for the access. */
function place(address: Value, scope: Scope): number {
  const alone = constant(address);
  if (alone !== undefined) {
    scope.body.i32(0);
    return alone;
  }
  if (address.kind === 'binary' && address.operator === '+') {
    const [left, right] = [constant(address.left), constant(address.right)];
    if (right !== undefined || left !== undefined) {
      word(right === undefined ? address.right : address.left, scope);
      return right ?? (left as number);
    }
  }
  word(address, scope);
  return 0;
}
