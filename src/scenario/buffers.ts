/**
 * Places in private memory where system calls read and write: exit status, siginfo of a child, struct stat, paths with a pid in them.
 * Each task has its own, because tasks that share VM would else overwrite each other's between two instructions. What
 * getcwd, readlink and read fill is one place for all: nobody looks into it.
 */
import { BUFFER_STATUS, BUFFER_TEXT, DATA_END } from '../kernel/isa.ts';
import { TEXT_BYTES } from './call-spec.ts';

/** struct siginfo of a child: signo, errno, code, pid, uid, status. */
const CHILD_BYTES = 6 * 4;

/** struct stat, as the kernel lays it out: mode, uid, gid, size, ino. */
const STAT_BYTES = 5 * 4;

export class Buffers {
  readonly #addresses = new Map<string, number>();
  #next = BUFFER_STATUS;

  status(task: number): number {
    return this.#at(`${task} status`, 4);
  }

  child(task: number): number {
    return this.#at(`${task} child`, CHILD_BYTES);
  }

  stat(task: number): number {
    return this.#at(`${task} stat`, STAT_BYTES);
  }

  /** A set of signals that a call stores. */
  set(task: number): number {
    return this.#at(`${task} set`, 8);
  }

  /** The number of a timer that a call stores, or its struct itimerspec. */
  timer(task: number): number {
    return this.#at(`${task} timer`, 16);
  }

  /** The struct sigevent of a timer that is for one thread. */
  sigevent(task: number): number {
    return this.#at(`${task} sigevent`, 16);
  }

  /** A place for a path of up to `bytes`. `use` tells apart the paths of one call. */
  path(task: number, use: number, bytes: number): number {
    const words = Math.ceil(bytes / 4);
    return this.#at(`${task} path ${use} ${words}`, 4 * words);
  }

  text(): number {
    return BUFFER_TEXT;
  }

  /** Bytes that did not fit. */
  get missing(): number {
    return Math.max(0, this.#next - DATA_END);
  }

  #at(key: string, bytes: number): number {
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    if (this.#next <= BUFFER_TEXT && this.#next + bytes > BUFFER_TEXT) this.#next = BUFFER_TEXT + TEXT_BYTES;
    const address = this.#next;
    this.#next += bytes;
    this.#addresses.set(key, address);
    return address;
  }
}
