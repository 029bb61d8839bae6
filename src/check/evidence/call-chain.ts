/** JavaScript stacks as kernel call chains: function names are the kernel's own, places those of the TypeScript. */
import { builtPlace } from '../../base/built-place.ts';
import { isTool, sourceFile } from '../../base/file-roles.ts';
import { uncutPlace } from '../../base/uncut-place.ts';

export interface Frame {
  readonly function: string;
  /** Path from the top of the project, as `src/kernel/fs.ts`. */
  readonly file: string;
  readonly line: number;
}

/**
 * `$1` tells functions of one name apart in the bundle: no name of the kernel or the machine has a `$`. What a function of
 * theirs was called through says nothing.
 */
const FRAME = /^\s*at (?:async )?(?:(?:Object|Module)\.)?([\w.<>]+)(?:\$\d+)? \(/;

/** The frames of a stack that lie in the machine and the kernel, innermost first. */
export function callChain(stack: string): Frame[] {
  return stack.split('\n').flatMap((text) => {
    const name = FRAME.exec(text)?.[1];
    const place = name === undefined ? undefined : (builtPlace(text) ?? uncutPlace(text));
    const file = place && sourceFile(place.file);
    return name === undefined || place === undefined || file === undefined
      ? []
      : [{ function: name, file, line: place.line }];
  });
}

/** The function a report names: the innermost one that is no tool. */
export function blamed(frames: readonly Frame[]): string {
  return (frames.find((frame) => !isTool(frame.file, frame.function)) ?? frames[0])?.function ?? 'unknown';
}

export const frameText = (frame: Frame): string => `${frame.function} (${frame.file}:${frame.line})`;
