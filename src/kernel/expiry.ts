/**
 * Mounts that expire by time, in the shape of 2.6.13's mark_mounts_for_expiry: those on a list which nobody has used between
 * two looks at it are taken away. Who looks is in no namespace in particular, so the mount's own may be copied, changed
 * or given up meanwhile: the mark is all that is asked under vfsmount_lock, the rest again with the semaphore.
 *
 * What 2.6 does wrong here, until 2.6.26: a mount of a namespace that is going away keeps the reference (B65), and one that is
 * copied while it waits for its end has its copy wait there too, without a reference (B66). linux-6 does everything under
 * the semaphore.
 *
 * Departure: AFS and NFS enter a mount that they make in a look-up, and a worker looks at the list from time to time.
 * Here root makes one (mount's type "afs") and has the list looked at (/proc/sysrq-trigger, `x`).
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store, xchg } from '../machine/bus.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { dput } from './dcache.ts';
import { cpu_data, dentry, kernel, namespace, vfsmount } from './layout.ts';
import { INIT_LIST_HEAD, list_add, list_add_tail, list_del, list_del_init, list_empty, list_next } from './list.ts';
import { detach_mnt, mntget, mntput } from './mount.ts';
import { get_namespace, namespace_sem, put_namespace } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';

/** Enters a mount that is in its place into the list. Takes vfsmount_lock. */
export function set_expiry(mnt: number): void {
  spin_lock(kernel.vfsmount_lock);
  list_add_tail(mnt + vfsmount.mnt_expire, kernel.expiry_list);
  spin_unlock(kernel.vfsmount_lock);
}

/** Marks every mount on the list, and moves those to `graveyard` that were marked, and only their tree refers to. vfsmount_lock held. */
function select_idle(graveyard: number, pins: number): void {
  let next = 0;
  for (let at = list_next(kernel.expiry_list); at !== kernel.expiry_list; at = next) {
    const mnt = at - vfsmount.mnt_expire;
    next = list_next(at);
    if (xchg(mnt + vfsmount.mnt_expiry_mark, 1) === 0 || atomic_read(mnt + vfsmount.mnt_count) !== 1) continue;
    if (pins) mntget(mnt);
    list_del(at);
    list_add(at, graveyard);
  }
}

/**
 * Takes a pinned mount away, unless it was detached meanwhile; one that is used again goes back to the list. namespace->sem
 * held for writing; takes vfsmount_lock, may sleep.
 */
function expire_mount(mnt: number): void {
  spin_lock(kernel.vfsmount_lock);
  const parent = load(mnt + vfsmount.mnt_parent);
  if (parent === mnt) {
    spin_unlock(kernel.vfsmount_lock);
    return;
  }
  if (atomic_read(mnt + vfsmount.mnt_count) !== 2) {
    list_add_tail(mnt + vfsmount.mnt_expire, kernel.expiry_list);
    spin_unlock(kernel.vfsmount_lock);
    return;
  }
  const mountpoint = load(mnt + vfsmount.mnt_mountpoint);
  list_del_init(mnt + vfsmount.mnt_list);
  store(mnt + vfsmount.mnt_namespace, 0);
  detach_mnt(mnt);
  spin_unlock(kernel.vfsmount_lock);
  dput(mountpoint);
  mntput(parent);
  mntput(mnt);
}

/** Takes away what is in `graveyard`, each under the semaphore of its namespace. vfsmount_lock held, and dropped meanwhile. */
function expire_mounts_2_6(graveyard: number): void {
  while (list_empty(graveyard) === 0) {
    const mnt = list_next(graveyard) - vfsmount.mnt_expire;
    list_del_init(mnt + vfsmount.mnt_expire);
    const ns = load(mnt + vfsmount.mnt_namespace);
    // A dead namespace takes its mounts down itself; but the pin is not given back.
    if (ns === 0 || load(ns + namespace.root) === 0) continue;
    get_namespace(ns);
    spin_unlock(kernel.vfsmount_lock);
    down_write(namespace_sem(ns));
    expire_mount(mnt);
    up_write(namespace_sem(ns));
    mntput(mnt);
    put_namespace(ns);
    spin_lock(kernel.vfsmount_lock);
  }
}

/** Takes a mount with none below it out of its tree, which keeps its references on parent and place. vfsmount_lock held. */
function unlink_mount(mnt: number): void {
  const mountpoint = load(mnt + vfsmount.mnt_mountpoint);
  list_del_init(mnt + vfsmount.mnt_list);
  store(mnt + vfsmount.mnt_namespace, 0);
  list_del_init(mnt + vfsmount.mnt_child);
  list_del_init(mnt + vfsmount.mnt_hash);
  store(mountpoint + dentry.d_mounted, load(mountpoint + dentry.d_mounted) - 1);
}

/** Drops the references of the mounts that were taken out, and those that they have. May sleep. */
function release_mounts(graveyard: number): void {
  while (list_empty(graveyard) === 0) {
    const mnt = list_next(graveyard) - vfsmount.mnt_expire;
    list_del_init(mnt + vfsmount.mnt_expire);
    const parent = load(mnt + vfsmount.mnt_parent);
    const mountpoint = load(mnt + vfsmount.mnt_mountpoint);
    store(mnt + vfsmount.mnt_mountpoint, load(mnt + vfsmount.mnt_root));
    store(mnt + vfsmount.mnt_parent, mnt);
    dput(mountpoint);
    mntput(parent);
    mntput(mnt);
  }
}

/** Later kernels: nobody changes a tree meanwhile. Takes the semaphore for writing and vfsmount_lock; may sleep. */
function mark_mounts_for_expiry_later(graveyard: number): void {
  down_write(kernel.namespace_sem);
  spin_lock(kernel.vfsmount_lock);
  INIT_LIST_HEAD(graveyard);
  select_idle(graveyard, 0);
  for (let at = list_next(graveyard); at !== graveyard; at = list_next(at)) unlink_mount(at - vfsmount.mnt_expire);
  spin_unlock(kernel.vfsmount_lock);
  up_write(kernel.namespace_sem);
  release_mounts(graveyard);
}

/**
 * Takes the mounts of the list away that nobody used since the last look at it, and marks the others. Takes vfsmount_lock and
 * namespace->sem for writing; may sleep.
 */
export function mark_mounts_for_expiry(): void {
  const graveyard = this_cpu_data() + cpu_data.graveyard;
  if (list_empty(kernel.expiry_list)) return;
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    mark_mounts_for_expiry_later(graveyard);
    return;
  }
  spin_lock(kernel.vfsmount_lock);
  INIT_LIST_HEAD(graveyard);
  select_idle(graveyard, 1);
  expire_mounts_2_6(graveyard);
  spin_unlock(kernel.vfsmount_lock);
}
