/** What is gathered while a class is written. */
import type { Node } from './source.ts';

export interface ClassText {
  readonly inner: string;
  readonly adders: Adder[];
  /** Entries for the language: `[info, key]`. */
  readonly members: string[];
  /** Functions of private methods, in the order in which the language gives them back. */
  readonly functions: { name: string; isStatic: boolean }[];
  statics: boolean;
}

export interface Adder {
  readonly name: string;
  readonly privates: string[];
}

export const isPrivate = (node: Node): boolean => (node.key as Node | undefined)?.type === 'PrivateIdentifier';
