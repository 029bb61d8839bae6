/**
 * start_kernel: the contents page. Each line brings up one subsystem, in the order Linux does; then init is made by
 * hand, the one task nobody clones. Runs on CPU 0 before any other CPU does.
 */
import { atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, memset, store, this_cpu } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { cpu_area, machine } from '../machine/map.ts';
import { rwlock_init } from '../machine/rwlock.ts';
import { init_rwsem } from '../machine/rwsem.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { CAP_FULL, PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID, SIGCHLD } from './abi.ts';
import { FS_CACHE, TASK_CACHE } from './caches.ts';
import { dget } from './dcache.ts';
import { alloc_files } from './files.ts';
import { futex_init } from './futex.ts';
import { fs_struct, kernel, namespace, signal_struct, super_block, task_struct, user_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail } from './list.ts';
import {
  LOCK_ALLOC,
  LOCK_DCACHE,
  LOCK_FS,
  LOCK_IDR,
  LOCK_KERNEL,
  LOCK_MMLIST,
  LOCK_NAMESPACE_SEM,
  LOCK_SEM_IDS,
  LOCK_SIDTAB,
  LOCK_SWAP,
  LOCK_TASKLIST,
  LOCK_UIDHASH,
  LOCK_VFSMOUNT,
  LOCK_ZONE,
} from './locks.ts';
import { image_rodata, new_mm } from './mm.ts';
import { alloc_vfsmnt, mntget, mnt_init } from './mount.ts';
import { adopt_mounts, alloc_namespace } from './namespace.ts';
import { alloc_pidmap, attach_pid, pidhash_init } from './pid.ts';
import { sched_init, wake_up_new_task } from './sched.ts';
import { sem_init } from './sem-array.ts';
import { alloc_sighand, alloc_signal, clear_actions } from './sighand.ts';
import { SECINITSID_KERNEL } from './sidtab.ts';
import { init_sigpending } from './sigqueue.ts';
import { kmem_cache_alloc, kmem_cache_init } from './slab.ts';
import { get_tmpfs_super } from './super.ts';
import { init_timers } from './timer.ts';
import { alloc_uid, uid_cache_init } from './user.ts';

/** Processes one ordinary user may have. */
const RLIMIT_NPROC = 4096;

/** The locks that guard global data. */
function lock_init(): void {
  spin_lock_init(kernel.kernel_flag, LOCK_KERNEL);
  rwlock_init(kernel.tasklist_lock, LOCK_TASKLIST);
  init_rwsem(kernel.namespace_sem, LOCK_NAMESPACE_SEM);
  spin_lock_init(kernel.vfsmount_lock, LOCK_VFSMOUNT);
  spin_lock_init(kernel.dcache_lock, LOCK_DCACHE);
  spin_lock_init(kernel.uidhash_lock, LOCK_UIDHASH);
  spin_lock_init(kernel.sem_ids_lock, LOCK_SEM_IDS);
  spin_lock_init(kernel.sidtab_lock, LOCK_SIDTAB);
  spin_lock_init(kernel.idr_lock, LOCK_IDR);
  spin_lock_init(kernel.zone_lock, LOCK_ZONE);
  spin_lock_init(kernel.mmlist_lock, LOCK_MMLIST);
  spin_lock_init(kernel.swap_lock, LOCK_SWAP);
}

/** The root file system, its mount, the first namespace, and an fs part that stands at its root. */
function mount_root(tsk: number): void {
  const sb = get_tmpfs_super(0o777, 0, 0);
  const mnt = alloc_vfsmnt(sb, load(sb + super_block.s_root));
  const ns = alloc_namespace();
  const fs = kmem_cache_alloc(FS_CACHE, _THIS_IP_);
  BUG_ON(sb === 0 || mnt === 0 || ns === 0 || fs === 0, ns);
  spin_lock(kernel.vfsmount_lock);
  store(ns + namespace.root, mnt);
  adopt_mounts(ns, mnt);
  spin_unlock(kernel.vfsmount_lock);
  const root = load(sb + super_block.s_root);
  atomic_set(fs + fs_struct.count, 1);
  rwlock_init(fs + fs_struct.lock, LOCK_FS);
  store(fs + fs_struct.umask, 0o022);
  store(fs + fs_struct.rootmnt, mntget(mnt));
  store(fs + fs_struct.root, dget(root));
  store(fs + fs_struct.pwdmnt, mntget(mnt));
  store(fs + fs_struct.pwd, dget(root));
  store(tsk + task_struct.fs, fs);
  store(tsk + task_struct.namespace, ns);
}

/** Enters init into the lists and hashes that clone would have. */
function publish_init(tsk: number): void {
  INIT_LIST_HEAD(tsk + task_struct.children);
  INIT_LIST_HEAD(tsk + task_struct.sibling);
  INIT_LIST_HEAD(tsk + task_struct.ptrace_children);
  INIT_LIST_HEAD(tsk + task_struct.ptrace_list);
  INIT_LIST_HEAD(tsk + task_struct.run_list);
  INIT_LIST_HEAD(tsk + task_struct.wait_entry);
  init_sigpending(tsk + task_struct.pending);
  store(tsk + task_struct.parent, tsk);
  store(tsk + task_struct.real_parent, tsk);
  store(tsk + task_struct.group_leader, tsk);
  list_add_tail(tsk + task_struct.tasks, kernel.init_tasks);
  attach_pid(tsk, PIDTYPE_PID, 1);
  attach_pid(tsk, PIDTYPE_TGID, 1);
  attach_pid(tsk, PIDTYPE_PGID, 1);
  attach_pid(tsk, PIDTYPE_SID, 1);
  store(kernel.nr_threads, 1);
  store(kernel.init_task, tsk);
}

/** The first task: uid 0 with every capability, alone in every context. */
function make_init(): number {
  const tsk = kmem_cache_alloc(TASK_CACHE, _THIS_IP_);
  const signal = alloc_signal();
  const sighand = alloc_sighand();
  const files = alloc_files();
  const user = alloc_uid(0);
  const mm = new_mm(image_rodata());
  BUG_ON(tsk === 0 || signal === 0 || sighand === 0 || files === 0 || user === 0 || mm === 0, tsk);
  memset(tsk, 0, task_struct.SIZE);
  atomic_set(tsk + task_struct.usage, 2);
  spin_lock_init(tsk + task_struct.alloc_lock, LOCK_ALLOC);
  store(tsk + task_struct.pid, alloc_pidmap());
  store(tsk + task_struct.tgid, 1);
  store(tsk + task_struct.exit_signal, SIGCHLD);
  store(tsk + task_struct.cap_effective, CAP_FULL);
  store(tsk + task_struct.sid, SECINITSID_KERNEL);
  store(signal + signal_struct.pgrp, 1);
  store(signal + signal_struct.session, 1);
  store(signal + signal_struct.leader, 1);
  store(signal + signal_struct.rlim_nproc, RLIMIT_NPROC);
  clear_actions(sighand);
  atomic_inc(user + user_struct.processes);
  store(tsk + task_struct.signal, signal);
  store(tsk + task_struct.sighand, sighand);
  store(tsk + task_struct.files, files);
  store(tsk + task_struct.user, user);
  store(tsk + task_struct.mm, mm);
  store(tsk + task_struct.active_mm, mm);
  return tsk;
}

/**
 * Boots the kernel on CPU 0 of a machine whose program image already lies at `image`. `heap` is the first free page
 * behind it. Returns init, runnable.
 */
export function start_kernel(
  profile: number,
  max_threads: number,
  image: number,
  code_bytes: number,
  heap: number,
): number {
  store(this_cpu() + cpu_area.current, 0);
  store(kernel.profile, profile);
  store(kernel.max_threads, max_threads);
  store(kernel.nr_cpus, load(machine.ncpus));
  store(kernel.image, image);
  store(kernel.image_bytes, code_bytes);
  store(kernel.heap_start, heap);
  store(kernel.heap_next, heap);
  store(kernel.heap_end, load(machine.ram_bytes));
  INIT_LIST_HEAD(kernel.init_tasks);
  INIT_LIST_HEAD(kernel.mmlist);
  lock_init();
  sched_init(load(machine.ncpus));
  init_timers(load(machine.ncpus));
  kmem_cache_init();
  pidhash_init();
  uid_cache_init();
  futex_init();
  sem_init();
  mnt_init();
  const tsk = make_init();
  mount_root(tsk);
  publish_init(tsk);
  wake_up_new_task(tsk);
  return tsk;
}
