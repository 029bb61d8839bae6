/**
 * Mount namespaces. A namespace is a tree of vfsmounts of its own; copying one copies the tree mount by mount and
 * moves root and working directory of one fs_struct to the same place in the copy.
 *
 * `root` becomes 0 under vfsmount_lock when the last reference goes: from then on the namespace is dying.
 */
import { atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { down_write, init_rwsem, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { CAP_SYS_ADMIN, CLONE_NEWNS, ENOMEM, EPERM } from './abi.ts';
import { NAMESPACE_CACHE } from './caches.ts';
import { capable, current, task_lock, task_unlock } from './context.ts';
import { atomic_dec_and_lock } from './dec-and-lock.ts';
import { fs_struct, kernel, namespace, task_struct, vfsmount } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_splice_tail_init } from './list.ts';
import { LOCK_NAMESPACE_SEM } from './locks.ts';
import { copy_tree, mntget, mntput, next_mnt, umount_tree } from './mount.ts';
import { PROFILE_DESAI_2005 } from './profiles.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** What guards the tree of a namespace while it changes: its own semaphore, since 2.6.15 one for all. */
export function namespace_sem(ns: number): number {
  return load(kernel.profile) === PROFILE_DESAI_2005 ? ns + namespace.sem : kernel.namespace_sem;
}

/** A namespace with count 1 and no mounts, or 0 without memory. */
export function alloc_namespace(): number {
  const ns = kmem_cache_alloc(NAMESPACE_CACHE, _THIS_IP_);
  if (ns === 0) return 0;
  atomic_set(ns + namespace.count, 1);
  init_rwsem(ns + namespace.sem, LOCK_NAMESPACE_SEM);
  INIT_LIST_HEAD(ns + namespace.list);
  store(ns + namespace.root, 0);
  return ns;
}

export function get_namespace(ns: number): void {
  atomic_inc(ns + namespace.count);
}

/** Drops a reference; the last one, under vfsmount_lock, takes the whole tree down. May sleep. */
export function put_namespace(ns: number): void {
  if (atomic_dec_and_lock(ns + namespace.count, kernel.vfsmount_lock) === 0) return;
  const root = load(ns + namespace.root);
  store(ns + namespace.root, 0);
  spin_unlock(kernel.vfsmount_lock);
  down_write(namespace_sem(ns));
  spin_lock(kernel.vfsmount_lock);
  umount_tree(root);
  spin_unlock(kernel.vfsmount_lock);
  up_write(namespace_sem(ns));
  kmem_cache_free(NAMESPACE_CACHE, ns, _THIS_IP_);
}

/**
 * A copy of the task's namespace, count 1, or 0 without memory. Root and working directory of `fs`, which must be
 * private, move to the copied mounts. Takes namespace->sem for writing and vfsmount_lock.
 */
export function dup_namespace(tsk: number, fs: number): number {
  const old = load(tsk + task_struct.namespace);
  const ns = alloc_namespace();
  if (ns === 0) return 0;
  down_write(namespace_sem(old));
  const old_root = load(old + namespace.root);
  const root = copy_tree(old_root, load(old_root + vfsmount.mnt_root), 1);
  if (root === 0) {
    up_write(namespace_sem(old));
    kmem_cache_free(NAMESPACE_CACHE, ns, _THIS_IP_);
    return 0;
  }
  spin_lock(kernel.vfsmount_lock);
  store(ns + namespace.root, root);
  list_add_tail(ns + namespace.list, root + vfsmount.mnt_list);
  spin_unlock(kernel.vfsmount_lock);
  let rootmnt = 0;
  let pwdmnt = 0;
  let p = old_root;
  for (let q = root; q !== 0; q = next_mnt(q, root)) {
    store(q + vfsmount.mnt_namespace, ns);
    if (fs) {
      if (p === load(fs + fs_struct.rootmnt)) {
        rootmnt = p;
        store(fs + fs_struct.rootmnt, mntget(q));
      }
      if (p === load(fs + fs_struct.pwdmnt)) {
        pwdmnt = p;
        store(fs + fs_struct.pwdmnt, mntget(q));
      }
    }
    p = next_mnt(p, old_root);
  }
  up_write(namespace_sem(old));
  if (rootmnt) mntput(rootmnt);
  if (pwdmnt) mntput(pwdmnt);
  return ns;
}

/** Clone's step: shares the namespace, or with NEWNS makes the child's own. 0, -EPERM, -ENOMEM. */
export function copy_namespace(flags: number, tsk: number): number {
  const old = load(tsk + task_struct.namespace);
  if (old === 0) return 0;
  get_namespace(old);
  if ((flags & CLONE_NEWNS) === 0) return 0;
  let err = 0;
  if (capable(CAP_SYS_ADMIN)) {
    const ns = dup_namespace(tsk, load(tsk + task_struct.fs));
    if (ns) store(tsk + task_struct.namespace, ns);
    else err = -ENOMEM;
  } else {
    err = -EPERM;
  }
  put_namespace(old);
  return err;
}

/** unshare's step: a private namespace, 0 when it is not shared or not asked for, -EPERM or -ENOMEM. */
export function unshare_namespace(flags: number, new_fs: number): number {
  const tsk = current();
  const ns = load(tsk + task_struct.namespace);
  if ((flags & CLONE_NEWNS) === 0 || ns === 0 || atomic_read(ns + namespace.count) <= 1) return 0;
  if (capable(CAP_SYS_ADMIN) === 0) return -EPERM;
  const copy = dup_namespace(tsk, new_fs ? new_fs : load(tsk + task_struct.fs));
  return copy ? copy : -ENOMEM;
}

/** Takes the namespace away from a task. Takes task_lock; the put is outside it. */
export function exit_namespace(tsk: number): void {
  const ns = load(tsk + task_struct.namespace);
  if (ns) {
    task_lock(tsk);
    store(tsk + task_struct.namespace, 0);
    task_unlock(tsk);
    put_namespace(ns);
  }
}

/** Enters a list of new mounts and their owner into a namespace; sem for writing and vfsmount_lock held. */
export function adopt_mounts(ns: number, first: number): void {
  for (let p = first; p !== 0; p = next_mnt(p, first)) store(p + vfsmount.mnt_namespace, ns);
  list_splice_tail_init(first + vfsmount.mnt_list, ns + namespace.list);
  list_add_tail(first + vfsmount.mnt_list, ns + namespace.list);
}
