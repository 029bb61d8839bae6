/**
 * isolation: what private namespaces promise, and what pam_namespace makes of them (F1 to F8 of docs/polyinstantiation.md).
 *
 *   F1 to F5   of a program that names its directories (`polydir`): after each step that writes a word which the last
 *              look has read, while nobody changes mounts, names or the task list (check/polydirs/polydirs.ts). F1 and F4
 *              besides at each return from a call, of where its path led (last-walk.ts)
 *   F6         at the end (baseline.ts)
 *   F7         and namespace with root together: when task_lock is let go, and when unshare returns (together.ts)
 *   F8         at the return from readlink (links.ts)
 */
import { NR_readlink, NR_unshare, NR_unshare_desai } from '../../../kernel/syscall-numbers.ts';
import { LOCK_ALLOC } from '../../../kernel/locks.ts';
import { LOCK_CLASS } from '../../../machine/cpu.ts';
import { isWrite } from '../../../machine/access-kinds.ts';
import { type Finding, finding } from '../../evidence/finding.ts';
import { OF_DIRECTORIES } from '../../compiled/places.ts';
import { NotingView } from '../../evidence/noting-view.ts';
import { OwnStorage } from '../../evidence/storage.ts';
import { WordSet } from '../../evidence/word-set.ts';
import type { Accesses, Observer, World } from '../../evidence/observer.ts';
import { areMountsChanging, checkPolydirs, PolydirView } from '../../polydirs/polydirs.ts';
import { type Baseline, leftBehind, readBaseline } from './baseline.ts';
import { walkBreaches } from './last-walk.ts';
import { linkBreach, type Users, usersOf } from './links.ts';
import { apart, isOneSection, taskOfLock } from './together.ts';
import { withinRam } from '../../evidence/view.ts';

const NOBODY: Users = new Map();

export class Isolation implements Observer {
  readonly name = 'isolation';
  #world: World | undefined;
  #before: Baseline = new Map();
  /** By CPU: the users when the readlink under way began. */
  readonly #users = new Map<number, Users>();
  /** Titles reported in this execution. */
  readonly #told = new Set<string>();
  /** Notes what a look at the polydirs reads, and by word whether the last one did. None without polydirs. */
  #view: NotingView | undefined;
  #marks = new WordSet(new Int32Array(0));
  #due = false;
  /** It has to be told of what a look at the polydirs has read, and of nothing else. */
  readonly compiled = { asks: 0, places: [] };

  /** Without polydirs nothing is looked at while calls are under way. */
  get accesses(): Accesses {
    return this.#view === undefined ? 'none' : 'all';
  }

  /** Whether it has to look as soon as mounts stand still. */
  get due(): boolean {
    return this.#due;
  }

  begin(world: World): void {
    this.#world = world;
    this.#before = readBaseline(world.view);
    this.#users.clear();
    this.#told.clear();
    this.#due = world.polydirs.length > 0;
    this.#view = undefined;
    if (!this.#due) return;
    this.#view = new NotingView(world.view.words.buffer as ArrayBufferLike, world.view.bytes);
    this.#marks = new WordSet((world.storage ?? new OwnStorage()).words(OF_DIRECTORIES, world.view.words.length >> 5));
    this.#marks.clear();
  }

  keep(): () => void {
    const [world, before, users, told] = [this.#world, this.#before, [...this.#users], [...this.#told]];
    const [view, marks, due, read] = [this.#view, this.#marks, this.#due, [...(this.#view?.read ?? [])]];
    return () => {
      this.#world = world;
      this.#before = before;
      this.#users.clear();
      for (const [cpu, one] of users) this.#users.set(cpu, one);
      this.#told.clear();
      for (const title of told) this.#told.add(title);
      this.#due = due;
      this.#view = view;
      this.#marks = marks;
      if (view === undefined) return;
      marks.clear();
      view.read.length = 0;
      for (const word of read) {
        view.read.push(word);
        marks.add(word);
      }
    };
  }

  onAccess(_cpu: number, kind: number, address: number, bytes: number): void {
    if (this.#view === undefined || this.#due || !isWrite(kind)) return;
    const first = address >> 2;
    if (this.#marks.hasAny(first, first + Math.max(1, bytes >> 2))) this.#due = true;
  }

  afterStep(): void {
    const view = this.#view;
    if (view === undefined || !this.#due || areMountsChanging(this.#worldView())) return;
    this.#due = false;
    for (const word of view.read) this.#marks.delete(word);
    view.read.length = 0;
    this.#tell(() => checkPolydirs(view, this.#world?.polydirs ?? []));
    for (const word of view.read) this.#marks.add(word);
  }

  onUnlock(cpu: number, lock: number): void {
    const world = this.#world as World;
    const { view } = world;
    if (view.words[(lock + LOCK_CLASS) >> 2] !== LOCK_ALLOC) return;
    const [task, by] = [taskOfLock(lock), world.task(cpu)];
    if (task === by && !isOneSection(view)) return;
    this.#tell(() => apart(view, task, task === by ? 0 : by));
  }

  onSyscallEnter(cpu: number, nr: number): void {
    if (nr !== NR_readlink) return;
    this.#users.set(cpu, NOBODY);
    this.#tell(() => {
      this.#users.set(cpu, usersOf(this.#worldView()));
      return [];
    });
  }

  onSyscallLeave(cpu: number, nr: number, result: number): void {
    const world = this.#world as World;
    const task = world.task(cpu);
    if (task === 0 || result < 0) return;
    if (nr === NR_unshare || nr === NR_unshare_desai) this.#tell(() => apart(world.view, task, 0));
    if (nr === NR_readlink) this.#tell(() => this.#followed(cpu, task));
    for (const one of world.polydirs) {
      this.#tell(() => walkBreaches(world.view, cpu, task, nr, new PolydirView(world.view, one)));
    }
  }

  onQuiescent(): void {
    const { view } = this.#world as World;
    this.#tell(() => {
      if (view.tasks().length > 1) return [];
      const lines = leftBehind(view, this.#before);
      if (lines.length === 0) return [];
      return [finding('isolation', 'F6: a namespace that is gone is still counted', 'put_namespace', 0, ...lines)];
    });
  }

  #worldView(): World['view'] {
    return (this.#world as World).view;
  }

  #followed(cpu: number, task: number): Finding[] {
    const breach = linkBreach(this.#worldView(), cpu, task, this.#users.get(cpu) ?? NOBODY);
    if (breach === undefined) return [];
    return [
      finding('isolation', 'F8: a link of /proc followed without the right to trace', 'sys_readlink', task, breach),
    ];
  }

  /** Reports what a look finds; one that leads out of RAM is at something half-way through a change, and says nothing. */
  #tell(look: () => readonly Finding[]): void {
    withinRam(() => {
      for (const one of look()) {
        if (this.#told.has(one.title)) continue;
        this.#told.add(one.title);
        this.#world?.report(one);
      }
    }, undefined);
  }
}
