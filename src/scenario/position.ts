/** A place in the text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A name and where it stands. */
export interface Reference {
  name: string;
  at: Position;
}
