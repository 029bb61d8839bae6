/** An iterator with its next, which is asked for once (an Iterator Record). */
export interface Opened {
  readonly it: object;
  readonly next: unknown;
}
