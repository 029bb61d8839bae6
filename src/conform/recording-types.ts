/** The recordings of a real kernel, as data. Their meaning is told in test/oracle/SCHEMA.md. */

export interface CloneCase {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly result: string;
  readonly shared?: Readonly<Record<string, number>>;
  readonly same_tgid?: number;
  readonly same_ppid?: number;
  readonly ppid?: string;
  readonly exit_signal?: number;
  readonly wait_by_caller?: string;
}

export interface CloneExtra {
  readonly what: string;
  readonly result: string;
  readonly exit_signal?: number;
  readonly after_exit?: string;
  readonly wait_by_caller?: string;
  readonly with_WCLONE?: string;
  readonly wait_by_init?: string;
}

export interface CloneTable {
  readonly kernel: string;
  readonly unprivileged_uid: number;
  readonly cases: readonly CloneCase[];
  readonly extra: readonly CloneExtra[];
}

export interface UnshareGroup {
  readonly uid: number;
  readonly made: readonly string[] | null;
  readonly peer: 'live' | 'zombie' | 'reaped' | 'none';
  readonly caller: 'child' | 'thread' | 'parent' | 'leader' | 'self';
  readonly before?: string;
  readonly results: Readonly<Record<string, readonly (string | number)[]>>;
}

export interface SingleBits {
  readonly uid: number;
  readonly made: readonly string[] | null;
  readonly caller: 'self' | 'thread';
  readonly results: Readonly<Record<string, string>>;
}

export interface UnshareTable {
  readonly kernel: string;
  readonly unprivileged_uid: number;
  readonly sharing_order: readonly string[];
  readonly groups: readonly UnshareGroup[];
  readonly single_bits: readonly SingleBits[];
  readonly extra: readonly { readonly what: string; readonly result: string; readonly new_namespace: number }[];
}

export interface State {
  readonly live: string;
  readonly z: string;
  readonly tg: string;
  readonly pp: string;
  readonly vm: string;
  readonly fs: string;
  readonly fd: string;
  readonly sg: string;
  readonly sv: string;
  readonly ns: string;
}

export interface RecordedOp {
  readonly op: string;
  readonly t: number;
  readonly r?: string | number;
  readonly e?: string;
  readonly code?: number;
  readonly reaped?: string;
  readonly st?: State;
  readonly [argument: string]: unknown;
}

export interface RecordedProgram {
  readonly seed?: number;
  readonly name?: string;
  readonly uid: number;
  readonly st: State;
  readonly ops: readonly RecordedOp[];
}

/** Which programs older rules give the same values for: profile key, file name, seeds or names. */
export type Portable = Readonly<Record<string, Readonly<Record<string, readonly (number | string)[]>>>>;

/** One difference between recording and model. */
export interface Difference {
  readonly case: string;
  readonly step: number | null;
  readonly expected: string;
  readonly got: string;
}

/** How a case came out. A difference with `known` set is one that a listed finding of the profile explains. */
export interface CaseResult {
  readonly difference: Difference | null;
  readonly known: string | null;
}
