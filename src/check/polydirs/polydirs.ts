/**
 * What a directory with an instance for each user promises (pam_namespace), of any moment at which nobody changes mounts,
 * names or the task list. A program says with a line `polydir "/tmp" "/inst"` that it is meant to have one: the entry of
 * /inst that the method names for a user is his instance (instance.ts), or the one of a user at a level. A session is a
 * process of a user other than root outside init's namespace.
 *
 *   F1  nobody but root is, or has anything open, in the instance of another
 *   F2  who is in init's namespace finds no instance at the directory
 *   F3  in a session the directory is the user's instance, and nothing else, with the security context it is named by
 *   F4  nobody but root is, or has anything open, where only the directory of the instances leads to
 *   F5  the child of a session is in its namespace
 *
 * F1 and F4 go by working directory, root and open files; what a call reached for a moment is looked at by the checker
 * `isolation`, like F6 to F8, which no moment shows (check/observers/isolation).
 */
import { PF_EXITING } from '../../kernel/abi.ts';
import {
  dentry,
  file,
  fdtable,
  files_struct,
  fs_struct,
  kernel,
  namespace,
  task_struct,
  vfsmount,
} from '../../kernel/layout.ts';
import { NAME_MAX, NR_OPEN } from '../../machine/limits.ts';
import type { Polydir } from '../../scenario/ast.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import type { RamView } from '../evidence/view.ts';
import { contextOfDentry, instanceOf } from './instance.ts';
import { type Place, plainWalk, upwards, walk } from './walk.ts';

/** Held for writing: what it guards is half-way through a change. */
const isChanging = (view: RamView, lock: number): boolean => view.word(lock) <= 0;

/** Whether somebody changes what every path goes through; nothing can be said then. */
export const areMountsChanging = (view: RamView): boolean =>
  [kernel.vfsmount_lock, kernel.dcache_lock, kernel.tasklist_lock].some((lock) => isChanging(view, lock));

const isolation = (what: string, where: string, task: number, ...details: string[]): Finding =>
  finding('isolation', what, where, task, ...details);

/** One polydir on one machine at one moment. */
export class PolydirView {
  readonly #view: RamView;
  readonly #polydir: Polydir;
  readonly #home: number;
  /** The directory that holds the instances, 0 while there is none. */
  readonly #parent: number;
  /** The directory that instances stand in for, as it is without any. */
  readonly #directory: number;

  constructor(view: RamView, polydir: Polydir) {
    this.#view = view;
    this.#polydir = polydir;
    this.#home = view.word(view.word(kernel.init_task) + task_struct.namespace);
    const root = view.word(view.word(this.#home + namespace.root) + vfsmount.mnt_root);
    this.#parent = plainWalk(view, root, polydir.instances);
    this.#directory = polydir.method === 'level' ? plainWalk(view, root, polydir.directory) : 0;
  }

  /** The name of the instance that a place lies in, by whatever way one came there. */
  instanceAt(place: Place): string | undefined {
    let below = 0;
    for (const at of upwards(this.#view, place, 'file system')) {
      if (at === this.#parent) return below === 0 ? undefined : this.#view.text(below + dentry.d_name, NAME_MAX);
      below = at;
    }
    return undefined;
  }

  /** Whether the way to a place leads through the directory of the instances. */
  isBehindParent(place: Place): boolean {
    for (const at of upwards(this.#view, place, 'mount')) if (at === this.#parent) return true;
    return false;
  }

  /** What is wrong with where a task of a user is. `what` says what leads there. */
  checkPlace(task: number, place: Place, what: string): Finding[] {
    const uid = this.#view.word(task + task_struct.euid);
    if (uid === 0 || this.#parent === 0) return [];
    const instance = this.instanceAt(place);
    const own = instanceOf(this.#view, this.#polydir, this.#directory, task).name;
    const who = this.#who(task);
    const found: Finding[] = [];
    if (instance !== undefined && instance !== own) {
      const details = [who, `${what} lies in ${this.#polydir.instances}/${instance}`];
      found.push(isolation("F1: a user in another one's instance", 'path_lookup', task, ...details));
    }
    if (this.isBehindParent(place)) {
      const details = [who, `${what} lies behind ${this.#polydir.instances}`];
      found.push(isolation('F4: a user in the directory of instances', 'path_lookup', task, ...details));
    }
    return found;
  }

  /** Everything about one task. */
  check(task: number): Finding[] {
    const view = this.#view;
    const fs = view.word(task + task_struct.fs);
    const ns = view.word(task + task_struct.namespace);
    const isLeaving = (view.word(task + task_struct.flags) & PF_EXITING) !== 0;
    if (fs === 0 || ns === 0 || isLeaving) return [];
    const found = this.#checkFamily(task, ns);
    if (isChanging(view, fs + fs_struct.lock) || isChanging(view, task + task_struct.alloc_lock)) return found;
    const root = { mnt: view.word(fs + fs_struct.rootmnt), dentry: view.word(fs + fs_struct.root) };
    const pwd = { mnt: view.word(fs + fs_struct.pwdmnt), dentry: view.word(fs + fs_struct.pwd) };
    found.push(...this.checkPlace(task, root, 'its root'), ...this.checkPlace(task, pwd, 'its working directory'));
    for (const place of this.#openFiles(task)) found.push(...this.checkPlace(task, place, 'an open file'));
    found.push(...this.#checkView(task, ns, root));
    return found;
  }

  /** F2 and F3: what the directory is to a task. */
  #checkView(task: number, ns: number, root: Place): Finding[] {
    const { directory, instances } = this.#polydir;
    const uid = this.#view.word(task + task_struct.euid);
    if (ns !== this.#home && uid === 0) return [];
    const seen = walk(this.#view, root, directory);
    const instance = seen === undefined || this.#parent === 0 ? undefined : this.instanceAt(seen);
    const is = instance === undefined ? 'no instance' : `${instances}/${instance}`;
    const details = [this.#who(task), `${directory} is ${is}`];
    if (ns === this.#home) {
      if (instance === undefined) return [];
      return [isolation('F2: an instance in the view of the first namespace', 'sys_mount', task, ...details)];
    }
    const own = instanceOf(this.#view, this.#polydir, this.#directory, task);
    if (seen !== undefined && instance === own.name) {
      const context = contextOfDentry(this.#view, seen.dentry);
      if (own.context === undefined || context === own.context) return [];
      details.push(`its security context is ${context}`);
      return [isolation('F3: an instance with another context', 'sys_setxattr', task, ...details)];
    }
    return [isolation("F3: a session without its user's instance", 'sys_setuid', task, ...details)];
  }

  /** F5: a child that left the namespace of the session that made it. */
  #checkFamily(task: number, ns: number): Finding[] {
    const view = this.#view;
    const parent = view.word(task + task_struct.real_parent);
    const theirs = view.word(parent + task_struct.namespace);
    if (theirs === 0 || theirs === this.#home || theirs === ns || view.word(parent + task_struct.euid) === 0) return [];
    const details = [this.#who(task), `child of ${this.#who(parent)}`];
    return [isolation('F5: the child of a session outside its namespace', 'copy_namespace', task, ...details)];
  }

  #openFiles(task: number): Place[] {
    const view = this.#view;
    const files = view.word(task + task_struct.files);
    if (files === 0 || isChanging(view, files + files_struct.file_lock)) return [];
    const fdt = view.word(files + files_struct.fdt);
    const open = view.word(fdt + fdtable.open_fds);
    const places: Place[] = [];
    for (let fd = 0; fd < NR_OPEN; fd++) {
      const f = (open & (1 << fd)) === 0 ? 0 : view.word(fdt + fdtable.fd + 4 * fd);
      const at = f === 0 ? 0 : view.word(f + file.f_dentry);
      if (at !== 0) places.push({ mnt: view.word(f + file.f_vfsmnt), dentry: at });
    }
    return places;
  }

  #who(task: number): string {
    return `pid ${this.#view.word(task + task_struct.pid)}, user ${this.#view.word(task + task_struct.euid)}`;
  }
}

/** What is wrong with the directories that users have instances of. Throws RangeError where a pointer leads out of RAM. */
export function checkPolydirs(view: RamView, polydirs: readonly Polydir[]): Finding[] {
  if (polydirs.length === 0) return [];
  const tasks = view.tasks();
  return polydirs.flatMap((one) => {
    const looked = new PolydirView(view, one);
    return tasks.flatMap((task) => looked.check(task));
  });
}
