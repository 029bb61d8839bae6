/** A call of a native function, before it is made. */
export interface Call {
  readonly f: Function;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** As it was called: for texts. */
  readonly name: string;
  readonly site: number;
}
