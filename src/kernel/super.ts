/** Superblocks: everything is a tmpfs. */
import { atomic_dec_and_test, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { S_IFDIR } from './abi.ts';
import { SUPER_CACHE } from './caches.ts';
import { d_alloc, d_drop, dput } from './dcache.ts';
import { iput, new_inode } from './inode.ts';
import { dentry, super_block } from './layout.ts';
import { list_empty, list_next } from './list.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** A directory without a name, which is its own parent. 0 without memory. */
function d_alloc_root(sb: number, mode: number, uid: number, gid: number): number {
  const i = new_inode(S_IFDIR | mode, uid, gid);
  if (i === 0) return 0;
  const d = d_alloc(sb, i);
  if (d === 0) iput(i);
  return d;
}

/** A new empty tmpfs with one active reference; its root has the mode and belongs to uid. 0 without memory. */
export function get_tmpfs_super(mode: number, uid: number, gid: number): number {
  const sb = kmem_cache_alloc(SUPER_CACHE, _THIS_IP_);
  if (sb === 0) return 0;
  const root = d_alloc_root(sb, mode, uid, gid);
  if (root === 0) {
    kmem_cache_free(SUPER_CACHE, sb, _THIS_IP_);
    return 0;
  }
  atomic_set(sb + super_block.s_active, 1);
  store(sb + super_block.s_root, root);
  return sb;
}

/** Drops an active reference of a superblock; the last one frees the whole tree. */
export function deactivate_super(sb: number): void {
  if (atomic_dec_and_test(sb + super_block.s_active)) {
    kill_tree(load(sb + super_block.s_root));
    kmem_cache_free(SUPER_CACHE, sb, _THIS_IP_);
  }
}

/** Frees a tree of dentries, leaves first. BUG when one is still used. */
function kill_tree(root: number): void {
  let d = root;
  for (;;) {
    if (list_empty(d + dentry.d_subdirs) === 0) {
      d = list_next(d + dentry.d_subdirs) - dentry.d_child;
      continue;
    }
    const parent = load(d + dentry.d_parent);
    if (d !== root) d_drop(d);
    BUG_ON(atomic_read(d + dentry.d_count) !== 1, d);
    dput(d);
    if (d === root) return;
    d = parent;
  }
}
