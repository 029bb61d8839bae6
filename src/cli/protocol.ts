/** What a command, on a thread or in a process of its own, and the door (door.ts) have to say to each other. */

/** Words of the memory that both see: whether the command is to end, and a count that grows while its thread is alive. */
export const STOP = 0;
export const BEAT = 1;
/** Where text goes, once the door knows: its thread is begun before that is looked at. 0, NO_TERMINAL or TERMINAL; 0 columns for none. */
export const WHERE = 2;
export const COLUMNS = 3;
export const SHARED_BYTES = 16;
export const NO_TERMINAL = 1;
export const TERMINAL = 2;

export interface Where {
  /** Whether progress goes to a terminal. */
  readonly terminal: boolean;
  readonly columns: number | undefined;
}

/** Memory that both see, or, of a command in a process of its own, what would be in it. */
export type CommandSetup = { readonly shared: SharedArrayBuffer } | Where;

/** What is printed, and the exit code, should the command not come to its end. */
export interface Kept {
  readonly text: string;
  readonly code: number;
}

export type FromCommand =
  /** A part of the result. */
  | { readonly kind: 'print'; readonly text: string }
  /** Progress, or something wrong: to stderr. */
  | { readonly kind: 'tell'; readonly text: string }
  /** The command ends by itself when it is asked to. */
  | { readonly kind: 'listens' }
  /** It is about to run code of a stranger: it is to begin anew where it may write to these paths and do nothing else. */
  | { readonly kind: 'confine'; readonly confinement: Confinement }
  /** For a process that runs parts of its search, which is begun with its first word; none ends it. */
  | { readonly kind: 'part'; readonly part: number; readonly text?: string | undefined }
  /** The text of its checkpoint, to be written where the person said. */
  | { readonly kind: 'checkpoint'; readonly text: string }
  /** Its thread is alive: of a command in a process of its own. */
  | { readonly kind: 'beat' }
  /** In place of what was kept before. */
  | { readonly kind: 'keep'; readonly kept: Kept }
  /** A file or directory that is there for a moment only, or is gone again. */
  | { readonly kind: 'passing'; readonly path: string; readonly there: boolean }
  /** The command is at its end. `trouble` goes to stderr; `lost` says that what was kept is to be printed first. */
  | { readonly kind: 'done'; readonly code: number; readonly trouble?: string; readonly lost?: boolean };

/** From the door, besides the word in memory. */
export type ToCommand =
  | 'stop'
  /** From the process of a part: a word, or why there is no such process any more. */
  | { readonly part: number; readonly text?: string | undefined; readonly died?: string | undefined };

/** A word (part-words.ts). */
export interface ToPartProcess {
  readonly text: string;
}

/** A word, or none: a sign that it is alive. */
export interface FromPartProcess {
  readonly text?: string | undefined;
}

/** What a process may do besides reading, and what the door does for it. */
export interface Confinement {
  readonly writes: readonly string[];
  /** Whether it may start threads, which may do as little as it. */
  readonly threads?: boolean | undefined;
  /** How many processes that may do less yet run parts of its search. */
  readonly parts?: number | undefined;
  /** The file that its checkpoint is written to. */
  readonly checkpoint?: string | undefined;
}

/** The variable of the environment that holds the setup of a command in a process of its own, and is all that is in it. */
export const SETUP_VARIABLE = 'TASKLOCK_SETUP';
