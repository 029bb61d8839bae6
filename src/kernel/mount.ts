/**
 * vfsmounts: the tree that joins file systems, its hash, and references.
 *
 * A mount is referenced once by the tree it is attached in, once by each child, and by every fs_struct root and pwd,
 * open file and path walk. vfsmount_lock guards hash, parent links and lists; topology changes also need the
 * namespace's sem for writing.
 */
import { atomic_dec_and_test, atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { MNT_CACHE } from './caches.ts';
import { dget, dput, is_subdir } from './dcache.ts';
import { dentry, kernel, list_head, MOUNT_HASH_SIZE, super_block, vfsmount } from './layout.ts';
import { INIT_LIST_HEAD, list_add, list_add_tail, list_del_init, list_empty, list_next } from './list.ts';
import { PROFILE_DESAI_2005 } from './profiles.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { deactivate_super } from './super.ts';

function mount_bucket(mnt: number, d: number): number {
  return kernel.mount_hashtable + list_head.SIZE * (((mnt ^ (mnt >>> 9) ^ (d >>> 5)) >>> 3) % MOUNT_HASH_SIZE);
}

export function mnt_init(): void {
  for (let i = 0; i < MOUNT_HASH_SIZE; i++) INIT_LIST_HEAD(kernel.mount_hashtable + list_head.SIZE * i);
  INIT_LIST_HEAD(kernel.expiry_list);
}

export function mntget(mnt: number): number {
  atomic_inc(mnt + vfsmount.mnt_count);
  return mnt;
}

/** Takes a mount down that nobody refers to, and lets go of the superblock. May sleep. */
function __mntput(mnt: number): void {
  const sb = load(mnt + vfsmount.mnt_sb);
  dput(load(mnt + vfsmount.mnt_root));
  kmem_cache_free(MNT_CACHE, mnt, _THIS_IP_);
  deactivate_super(sb);
}

/** Drops a reference of who has not used the mount. The last one takes it down. May sleep. */
export function mntput_no_expire(mnt: number): void {
  if (atomic_dec_and_test(mnt + vfsmount.mnt_count)) __mntput(mnt);
}

/** The same of who has: the mount does not expire yet. */
export function mntput(mnt: number): void {
  if (load(mnt + vfsmount.mnt_expiry_mark)) store(mnt + vfsmount.mnt_expiry_mark, 0);
  if (atomic_dec_and_test(mnt + vfsmount.mnt_count)) __mntput(mnt);
}

/** A mount of the superblock at `root`, unattached, count 1; takes over one active reference. 0 without memory. */
export function alloc_vfsmnt(sb: number, root: number): number {
  const mnt = kmem_cache_alloc(MNT_CACHE, _THIS_IP_);
  if (mnt === 0) return 0;
  atomic_set(mnt + vfsmount.mnt_count, 1);
  store(mnt + vfsmount.mnt_expiry_mark, 0);
  INIT_LIST_HEAD(mnt + vfsmount.mnt_hash);
  INIT_LIST_HEAD(mnt + vfsmount.mnt_mounts);
  INIT_LIST_HEAD(mnt + vfsmount.mnt_child);
  INIT_LIST_HEAD(mnt + vfsmount.mnt_list);
  INIT_LIST_HEAD(mnt + vfsmount.mnt_expire);
  store(mnt + vfsmount.mnt_namespace, 0);
  store(mnt + vfsmount.mnt_sb, sb);
  store(mnt + vfsmount.mnt_root, dget(root));
  store(mnt + vfsmount.mnt_mountpoint, root);
  store(mnt + vfsmount.mnt_parent, mnt);
  return mnt;
}

/**
 * A second mount of the same tree at `root`; with `expires` it stands behind the old one wherever that waits to expire, which
 * until 2.6.26 may be among those that are taken away just now (B66). 0 without memory. Takes vfsmount_lock then.
 */
export function clone_mnt(old: number, root: number, expires: number): number {
  const sb = load(old + vfsmount.mnt_sb);
  const mnt = alloc_vfsmnt(sb, root);
  if (mnt === 0) return 0;
  atomic_inc(sb + super_block.s_active);
  if (expires) {
    spin_lock(kernel.vfsmount_lock);
    if (list_empty(old + vfsmount.mnt_expire) === 0) list_add(mnt + vfsmount.mnt_expire, old + vfsmount.mnt_expire);
    spin_unlock(kernel.vfsmount_lock);
  }
  return mnt;
}

/** The topmost mount on (mnt, d) with one more reference, or 0. Takes vfsmount_lock. */
export function lookup_mnt(mnt: number, d: number): number {
  const head = mount_bucket(mnt, d);
  spin_lock(kernel.vfsmount_lock);
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const p = at - vfsmount.mnt_hash;
    if (load(p + vfsmount.mnt_parent) === mnt && load(p + vfsmount.mnt_mountpoint) === d) {
      mntget(p);
      spin_unlock(kernel.vfsmount_lock);
      return p;
    }
  }
  spin_unlock(kernel.vfsmount_lock);
  return 0;
}

/** Hangs a mount on (parent, d); takes references on both. vfsmount_lock held. */
export function attach_mnt(mnt: number, parent: number, d: number): void {
  store(mnt + vfsmount.mnt_parent, mntget(parent));
  store(mnt + vfsmount.mnt_mountpoint, dget(d));
  store(d + dentry.d_mounted, load(d + dentry.d_mounted) + 1);
  list_add(mnt + vfsmount.mnt_hash, mount_bucket(parent, d));
  list_add_tail(mnt + vfsmount.mnt_child, parent + vfsmount.mnt_mounts);
}

/** Takes a mount off its place and leaves it its own parent; the caller drops parent and mountpoint. vfsmount_lock held. */
export function detach_mnt(mnt: number): void {
  const d = load(mnt + vfsmount.mnt_mountpoint);
  store(d + dentry.d_mounted, load(d + dentry.d_mounted) - 1);
  store(mnt + vfsmount.mnt_parent, mnt);
  store(mnt + vfsmount.mnt_mountpoint, load(mnt + vfsmount.mnt_root));
  list_del_init(mnt + vfsmount.mnt_child);
  list_del_init(mnt + vfsmount.mnt_hash);
}

/** The mount after p in a depth-first walk of the tree below root, or 0. vfsmount_lock held, or the tree private. */
export function next_mnt(from: number, root: number): number {
  let p = from;
  let next = list_next(p + vfsmount.mnt_mounts);
  if (next === p + vfsmount.mnt_mounts) {
    for (;;) {
      if (p === root) return 0;
      const parent = load(p + vfsmount.mnt_parent);
      next = list_next(p + vfsmount.mnt_child);
      if (next !== parent + vfsmount.mnt_mounts) break;
      p = parent;
    }
  }
  return next - vfsmount.mnt_child;
}

/**
 * Detaches a whole tree and drops the reference the tree held on each mount, leaves first. Called and returns with
 * vfsmount_lock held, but drops it meanwhile: letting go may sleep. First every mount loses its owner, so that
 * nobody mounts anything into what goes away, and since 2.6.15 expires no more; before, it does so as it is detached.
 */
export function umount_tree(root: number): void {
  const expires_until_detached = load(kernel.profile) === PROFILE_DESAI_2005;
  for (let p = root; p !== 0; p = next_mnt(p, root)) {
    list_del_init(p + vfsmount.mnt_list);
    if (!expires_until_detached) list_del_init(p + vfsmount.mnt_expire);
    store(p + vfsmount.mnt_namespace, 0);
  }
  for (;;) {
    let p = root;
    while (list_empty(p + vfsmount.mnt_mounts) === 0) p = list_next(p + vfsmount.mnt_mounts) - vfsmount.mnt_child;
    const parent = load(p + vfsmount.mnt_parent);
    const mountpoint = load(p + vfsmount.mnt_mountpoint);
    if (expires_until_detached) list_del_init(p + vfsmount.mnt_expire);
    if (parent !== p) detach_mnt(p);
    spin_unlock(kernel.vfsmount_lock);
    if (parent !== p) {
      dput(mountpoint);
      mntput(parent);
    }
    const last = p === root;
    mntput(p);
    spin_lock(kernel.vfsmount_lock);
    if (last) return;
  }
}

/** 1 when a mount below `mnt` hangs in the directory `d` of it, or in one below; d_parent never changes. */
function hangs_below(p: number, mnt: number, d: number): number {
  let top = p;
  while (load(top + vfsmount.mnt_parent) !== mnt) top = load(top + vfsmount.mnt_parent);
  return is_subdir(load(top + vfsmount.mnt_mountpoint), d);
}

/**
 * A copy of the mount and of those that hang in its directory `d`, which the first one shows; linked by mnt_list. 0 without
 * memory. namespace->sem held.
 */
export function copy_tree(mnt: number, d: number, expires: number): number {
  const copy = clone_mnt(mnt, d, expires);
  if (copy === 0) return 0;
  const whole = d === load(mnt + vfsmount.mnt_root);
  let from = mnt;
  let to = copy;
  for (let p = next_mnt(mnt, mnt); p !== 0; p = next_mnt(p, mnt)) {
    if (!whole && hangs_below(p, mnt, d) === 0) continue;
    while (from !== load(p + vfsmount.mnt_parent)) {
      from = load(from + vfsmount.mnt_parent);
      to = load(to + vfsmount.mnt_parent);
    }
    const one = clone_mnt(p, load(p + vfsmount.mnt_root), expires);
    if (one === 0) {
      spin_lock(kernel.vfsmount_lock);
      umount_tree(copy);
      spin_unlock(kernel.vfsmount_lock);
      return 0;
    }
    spin_lock(kernel.vfsmount_lock);
    list_add_tail(one + vfsmount.mnt_list, copy + vfsmount.mnt_list);
    attach_mnt(one, to, load(p + vfsmount.mnt_mountpoint));
    spin_unlock(kernel.vfsmount_lock);
    from = p;
    to = one;
  }
  return copy;
}
