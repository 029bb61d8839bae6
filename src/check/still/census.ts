/**
 * The census: a walk over everything that is reachable from the task list and the global tables, counting for every
 * object how many references to it exist. The refcount and leak checks compare it with what the objects claim.
 *
 * It assumes that no system call is under way (all CPUs parked between user instructions), so that there are no
 * temporary references. A pointer that leads to no live object is a finding of its own and is not followed.
 */
import { RODATA_PAGES, SEMMNI, SHARED_PAGES, USER_PAGES } from '../../machine/limits.ts';
import { SIGEV_SIGNAL, SIGEV_THREAD_ID } from '../../kernel/abi.ts';
import * as caches from '../../kernel/caches.ts';
import { DCACHE_UNHASHED } from '../../kernel/dcache.ts';
import { FILE_PROC_MOUNTS, FILE_PROC_SYSRQ, FILE_REGULAR } from '../../kernel/files.ts';
import {
  dentry,
  fdtable,
  file,
  files_struct,
  fs_struct,
  k_itimer,
  kernel,
  mm_struct,
  namespace,
  page,
  pgd,
  sem_undo,
  sem_undo_list,
  signal_struct,
  sigpending,
  sigqueue,
  super_block,
  task_struct,
  vfork_completion,
  vfsmount,
  vm_area_struct,
} from '../../kernel/layout.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { cacheAt, cacheName, isInUse, objectAt, provenance } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import { heldTasks, waitingObjects } from '../evidence/callbacks.ts';
import type { RamView } from '../evidence/view.ts';

export class Census {
  readonly view: RamView;
  readonly tasks: readonly number[];
  /** References found, by object address. An object that was reached has an entry. */
  readonly references = new Map<number, number>();
  /** Processes by user_struct, and live threads by signal_struct. */
  readonly processes = new Map<number, number>();
  /** Open files that keep the struct of an mm, by the mm. */
  readonly pinnedMms = new Map<number, number>();
  /** Queued signals by the user_struct they are charged to, names in directories by inode, mounts by what they lie on. */
  readonly queued = new Map<number, number>();
  readonly names = new Map<number, number>();
  readonly mountedOn = new Map<number, number>();
  /** What threads share about signals, as it was found. */
  readonly groups = new Set<number>();
  readonly mounts = new Set<number>();
  /** What RCU gives back when it can, and the place that asked: nothing refers to it any more. */
  private readonly waiting: ReadonlyMap<number, number>;
  readonly supers = new Set<number>();
  readonly dangling: Finding[] = [];
  /** What else is wrong on the way. */
  readonly wrong: Finding[] = [];

  constructor(view: RamView) {
    this.view = view;
    this.waiting = waitingObjects(view);
    this.tasks = view.tasks();
    for (const task of this.tasks) this.visitTask(task);
    for (const signal of this.groups) this.visitTimers(signal);
    for (const mm of this.pinnedMms.keys()) this.visitPinnedMm(mm);
    for (const task of heldTasks(view)) this.visitPinnedTask(task, 'RCU');
    for (const object of this.waiting.keys()) this.visitWaiting(object);
    for (let id = 0; id < SEMMNI; id++) this.reach(view.word(kernel.sem_ids + 4 * id), caches.SEM_CACHE, 'sem_ids');
  }

  count(address: number): number {
    return this.references.get(address) ?? 0;
  }

  /** Counts a reference. True when it leads to a live object that was not reached before. */
  private reach(address: number, cache: number, from: string): boolean {
    if (address === 0) return false;
    const seen = this.references.get(address);
    if (seen !== undefined) {
      this.references.set(address, seen + 1);
      return false;
    }
    const { view } = this;
    if (cacheAt(view, address) !== cache || !isInUse(view, address) || this.waiting.has(address)) {
      this.dangling.push(this.danglingPointer(address, cache, from));
      return false;
    }
    this.references.set(address, 1);
    return true;
  }

  private danglingPointer(address: number, cache: number, from: string): Finding {
    const object = objectAt(this.view, address);
    const waits = this.waiting.get(address);
    const freed = object !== undefined && object.address === address && (!object.inUse || waits !== undefined);
    const where = freed ? site(waits ?? provenance(this.view, address).freeSite).function : 'unknown';
    const what = freed ? `${from} points to a freed ${cacheName(cache)}` : `${from} points to no ${cacheName(cache)}`;
    return finding('use-after-free', what, where, address);
  }

  private note(counts: Map<number, number>, object: number): void {
    counts.set(object, (counts.get(object) ?? 0) + 1);
  }

  private visitTask(task: number): void {
    const word = (field: number): number => this.view.word(task + field);
    this.reach(task, caches.TASK_CACHE, 'the task list');
    const user = word(task_struct.user);
    this.reach(user, caches.USER_CACHE, 'task->user');
    this.note(this.processes, user);
    this.visitPending(task + task_struct.pending, 'task->pending');
    const signal = word(task_struct.signal);
    if (this.reach(signal, caches.SIGNAL_CACHE, 'task->signal')) {
      this.visitPending(signal + signal_struct.shared_pending, 'signal->shared_pending');
      this.groups.add(signal);
    }
    this.reach(word(task_struct.sighand), caches.SIGHAND_CACHE, 'task->sighand');
    this.reach(word(task_struct.vfork_done), caches.VFORK_CACHE, 'task->vfork_done');
    this.visitVfork(word(task_struct.vfork_waiting));
    this.visitMm(word(task_struct.mm));
    this.visitMm(word(task_struct.exec_mm));
    this.reach(word(task_struct.exec_sighand), caches.SIGHAND_CACHE, 'task->exec_sighand');
    this.visitFs(word(task_struct.fs));
    this.visitFiles(word(task_struct.files));
    this.visitNamespace(word(task_struct.namespace), 'task->namespace');
    this.visitUndo(word(task_struct.undo_list));
  }

  /** Entries of a signal queue, and the users that they are charged to. An entry is of a signal that is pending. */
  private visitPending(pending: number, from: string): void {
    for (const entry of this.view.list(pending + sigpending.list)) {
      const queued = entry - sigqueue.list;
      if (!this.reach(queued, caches.SIGQUEUE_CACHE, from)) return;
      this.chargeEntry(queued);
      const bit = this.view.word(queued + sigqueue.sig) - 1;
      const isPending = (this.view.word(pending + 4 * (bit >> 5)) >>> (bit & 31)) & 1;
      if (!isPending)
        this.wrong.push(finding('assert', `${from} queues a signal that is not pending`, 'sigaddset', queued));
    }
  }

  /** The user that an entry of a signal queue is charged to, wherever it is. */
  private chargeEntry(queued: number): void {
    const user = this.view.word(queued + sigqueue.user);
    this.reach(user, caches.USER_CACHE, 'sigqueue->user');
    this.note(this.queued, user);
  }

  /** The timers of a group. The entry of each may be in a queue, where it was found before. */
  private visitTimers(signal: number): void {
    const { view } = this;
    for (const entry of view.list(signal + signal_struct.posix_timers)) {
      const timer = entry - k_itimer.list;
      if (!this.reach(timer, caches.KTIMER_CACHE, 'signal->posix_timers')) return;
      const queued = view.word(timer + k_itimer.sigq);
      if (this.reach(queued, caches.SIGQUEUE_CACHE, 'k_itimer->sigq')) this.chargeEntry(queued);
      if (view.word(timer + k_itimer.it_sigev_notify) !== (SIGEV_SIGNAL | SIGEV_THREAD_ID)) continue;
      this.visitPinnedTask(view.word(timer + k_itimer.it_process), 'k_itimer->it_process');
    }
  }

  /** Where a parent waits; it keeps its child, which may be released already. */
  private visitVfork(vfork: number): void {
    this.reach(vfork, caches.VFORK_CACHE, 'task->vfork_waiting');
    if (vfork !== 0) this.visitPinnedTask(this.view.word(vfork + vfork_completion.child), 'vfork_completion->child');
  }

  private visitMm(mm: number): void {
    if (!this.reach(mm, caches.MM_CACHE, 'task->mm')) return;
    const { view } = this;
    for (let vma = view.word(mm + mm_struct.mmap); vma !== 0; vma = view.word(vma + vm_area_struct.vm_next)) {
      if (!this.reach(vma, caches.VMA_CACHE, 'mm->mmap')) break;
    }
    const table = view.word(mm + mm_struct.pgd);
    if (!this.reach(table, caches.PGD_CACHE, 'mm->pgd')) return;
    for (let index = RODATA_PAGES + SHARED_PAGES; index < USER_PAGES; index++) {
      const pte = view.word(table + pgd.entry + 4 * index);
      if (pte & 1) this.reach((pte & ~3) - page.data, caches.PAGE_CACHE, 'a page table entry');
    }
  }

  /** The struct of an mm that an open file keeps, with its page table, when nobody lives in it any more. */
  private visitPinnedMm(mm: number): void {
    if (this.references.has(mm) || !this.reach(mm, caches.MM_CACHE, 'file->f_mm')) return;
    this.references.set(mm, 0);
    this.reach(this.view.word(mm + mm_struct.pgd), caches.PGD_CACHE, 'mm->pgd');
  }

  private visitFs(fs: number): void {
    if (!this.reach(fs, caches.FS_CACHE, 'task->fs')) return;
    this.visitMount(this.view.word(fs + fs_struct.rootmnt), 'fs->rootmnt');
    this.visitMount(this.view.word(fs + fs_struct.pwdmnt), 'fs->pwdmnt');
    this.useDentry(this.view.word(fs + fs_struct.root), 'fs->root');
    this.useDentry(this.view.word(fs + fs_struct.pwd), 'fs->pwd');
  }

  private visitFiles(files: number): void {
    if (!this.reach(files, caches.FILES_CACHE, 'task->files')) return;
    const fdt = this.view.word(files + files_struct.fdt);
    if (fdt !== files + files_struct.fdtab && !this.reach(fdt, caches.FDTABLE_CACHE, 'files->fdt')) return;
    const size = this.view.word(fdt + fdtable.max_fds);
    for (let fd = 0; fd < size; fd++) this.visitFile(this.view.word(fdt + fdtable.fd + 4 * fd));
  }

  private visitFile(f: number): void {
    if (!this.reach(f, caches.FILE_CACHE, 'files->fd')) return;
    this.visitMount(this.view.word(f + file.f_vfsmnt), 'file->f_vfsmnt');
    this.useDentry(this.view.word(f + file.f_dentry), 'file->f_dentry');
    const mm = this.view.word(f + file.f_mm);
    if (mm !== 0) this.note(this.pinnedMms, mm);
    const kind = this.view.word(f + file.f_kind);
    const pinned = this.view.word(f + file.f_private);
    if (kind === FILE_PROC_MOUNTS) this.visitNamespace(pinned, 'file->f_private');
    else if (kind !== FILE_REGULAR && kind !== FILE_PROC_SYSRQ) this.visitPinnedTask(pinned, 'file->f_private');
  }

  /** A task that somebody keeps: one of the list, or one that is released and has only its user left. */
  private visitPinnedTask(task: number, from: string): void {
    if (!this.reach(task, caches.TASK_CACHE, from) || this.tasks.includes(task)) return;
    this.reach(this.view.word(task + task_struct.user), caches.USER_CACHE, 'task->user');
  }

  /** What RCU gives back: a task lets go of its user only then. */
  private visitWaiting(object: number): void {
    this.references.set(object, 0);
    if (cacheAt(this.view, object) !== caches.TASK_CACHE) return;
    this.reach(this.view.word(object + task_struct.user), caches.USER_CACHE, 'task->user');
  }

  private visitNamespace(ns: number, from: string): void {
    if (!this.reach(ns, caches.NAMESPACE_CACHE, from)) return;
    for (const entry of this.view.list(ns + namespace.list))
      this.visitMount(entry - vfsmount.mnt_list, 'namespace->list');
  }

  /** A mount: the namespace's list and the tree hold one reference together. */
  private visitMount(mnt: number, from: string): void {
    if (!this.reach(mnt, caches.MNT_CACHE, from)) return;
    const { view } = this;
    this.mounts.add(mnt);
    this.useDentry(view.word(mnt + vfsmount.mnt_root), 'mnt->mnt_root');
    const parent = view.word(mnt + vfsmount.mnt_parent);
    if (parent !== mnt) {
      this.visitMount(parent, 'mnt->mnt_parent');
      const place = view.word(mnt + vfsmount.mnt_mountpoint);
      this.useDentry(place, 'mnt->mnt_mountpoint');
      this.note(this.mountedOn, place);
      if (isRemoved(view, place))
        this.wrong.push(finding('assert', 'mount on a name that was removed', 'attach_mnt', mnt));
    }
    this.visitSuper(view.word(mnt + vfsmount.mnt_sb));
  }

  private visitSuper(sb: number): void {
    if (!this.reach(sb, caches.SUPER_CACHE, 'mnt->mnt_sb')) return;
    this.supers.add(sb);
    this.visitDentry(this.view.word(sb + super_block.s_root));
  }

  /** A dentry and all below it; its existence is the one reference counted here. */
  private visitDentry(d: number): void {
    this.reach(d, caches.DENTRY_CACHE, 'a directory');
    const i = this.view.word(d + dentry.d_inode);
    this.reach(i, caches.INODE_CACHE, 'dentry->d_inode');
    this.note(this.names, i);
    for (const entry of this.view.list(d + dentry.d_subdirs)) this.visitDentry(entry - dentry.d_child);
  }

  /** A user of a name. One that was removed is in no directory: its inode and its directory are its own to keep. */
  private useDentry(d: number, from: string): void {
    if (!this.reach(d, caches.DENTRY_CACHE, from)) return;
    if (!isRemoved(this.view, d)) return;
    this.reach(this.view.word(d + dentry.d_inode), caches.INODE_CACHE, 'dentry->d_inode');
    this.useDentry(this.view.word(d + dentry.d_parent), 'dentry->d_parent');
  }

  private visitUndo(list: number): void {
    if (!this.reach(list, caches.UNDO_LIST_CACHE, 'task->undo_list')) return;
    for (const entry of this.view.list(list + sem_undo_list.proc_list)) {
      this.reach(entry - sem_undo.proc_next, caches.UNDO_CACHE, 'undo_list->proc_list');
    }
  }
}

/** A name that was taken out of its directory. */
export const isRemoved = (view: RamView, d: number): boolean =>
  view.word(d + dentry.d_parent) !== d && (view.word(d + dentry.d_flags) & DCACHE_UNHASHED) !== 0;
