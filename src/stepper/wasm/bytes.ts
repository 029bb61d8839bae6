/** Numbers and lists as the binary format of WebAssembly has them. */

/** An integer without sign, of any length (LEB128). */
export function unsigned(value: number, out: number[] = []): number[] {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  out.push(rest);
  return out;
}

/** One with sign. */
export function signed(value: number, out: number[] = []): number[] {
  if (value !== (value | 0)) return long(BigInt(value), out);
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

/** The same of more than 32 bits. */
function long(value: bigint, out: number[]): number[] {
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

/** A double, in 8 bytes. */
export const float64 = (value: number): number[] => [...new Uint8Array(new Float64Array([value]).buffer)];

const encoder = new TextEncoder();

export function text(value: string): number[] {
  const bytes = encoder.encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

export function list(items: readonly (readonly number[])[]): number[] {
  const out = unsigned(items.length);
  for (const item of items) for (const byte of item) out.push(byte);
  return out;
}
