/** What an entry of the table of calls says. */

/**
 * path, text: text. flags: names joined with | or numbers. choice: one name, or a number. handler: the same, or a handler
 * of the program. constant: a number. value: a number or a name. any: a value or a text. shared: a shared word by its name;
 * where it has a default, also an address.
 */
export type OperandKind = 'path' | 'text' | 'flags' | 'choice' | 'handler' | 'constant' | 'value' | 'any' | 'shared';

export interface OperandSpec {
  readonly name: string;
  readonly kind: OperandKind;
  /** Names that mean something here. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Taken when the operand is left out. */
  readonly default?: number;
  readonly octal?: true;
}

/**
 * Buffers of the task, the semaphore set, constant texts and records built from the operands, the length of the text
 * operand, clone's flags with its signal, MS_BIND with its flags.
 */
export type MadeArgument =
  | '@status'
  | '@child'
  | '@stat'
  | '@text'
  | '@tmpfs'
  | '@afs'
  | '@bind'
  | '@selinux'
  | '@length'
  | '@semaphores'
  | '@sembuf'
  | '@sigaction'
  | '@itimerval'
  | '@timespec'
  | '@timer'
  | '@sigevent'
  | '@siginfo'
  | '@sigset'
  | '@oldset'
  | '@clone';

export interface CallSpec {
  readonly operands: readonly OperandSpec[];
  /** i386 number; 'unshare' follows the profile, 'nr' is the first operand, 'xadd' and 'choose' are instructions, no calls. */
  readonly number: number | 'unshare' | 'nr' | 'xadd' | 'choose';
  readonly registers: readonly (number | string)[];
  /** Takes "-> TASK". */
  readonly starts?: true;
  /**
   * What is made of the result: permission bits, with the owner as a second one; a second one with the exit code; the set
   * of signals that the call stored, of which the first 31 show; the number of a timer, or the seconds that one has left;
   * the pid of the siginfo that the call stored.
   */
  readonly after?: 'permissions' | 'exit-code' | 'signals' | 'timer' | 'seconds-left' | 'child';
  readonly does: string;
}

/** Whether a call has a second result. */
export const hasTwoResults = ({ after }: CallSpec): boolean => after === 'permissions' || after === 'exit-code';

/** Bytes that getcwd, readlink and read may fill. */
export const TEXT_BYTES = 128;
