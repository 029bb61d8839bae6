/**
 * Every struct of the kernel: each field once, grouped under the lock that guards it. Offsets, dumps, symbol names
 * and docs/layout.md come from this table; the build puts the numbers into the code.
 *
 * Order of the file: tasks, then the contexts a task can share (in the order clone copies them), then what those
 * contexts are made of, then the kernel's global words and the per-CPU data.
 */
import {
  CONTEXT_MAX,
  CPU_CACHE_SLOTS,
  FILE_MAX,
  MAX_CACHES,
  MAX_CPUS,
  MAX_POSIX_TIMERS,
  NAME_MAX,
  NR_OPEN,
  NR_OPEN_DEFAULT,
  PAGE_SIZE,
  PATH_MAX,
  PID_MAX,
  RAM_BYTES,
  SEMMNI,
  SEMMSL,
  SIDTAB_SIZE,
  USER_PAGES,
  USER_PAGE_SIZE,
} from '../machine/limits.ts';
import { apart, HARDWARE_END } from '../machine/map.ts';
import {
  atomic,
  hex,
  hlistNode,
  int,
  listHead,
  pointer,
  rwlock,
  rwsem,
  spinlock,
  struct,
  text,
  words,
} from '../machine/struct.ts';

export const list_head = struct('list_head', {
  'the list': { next: pointer('list_head'), prev: pointer('list_head') },
});

/** In an object that RCU gives back (rcu.ts): what is to be done with it, and who asked. */
export const rcu_head = struct('rcu_head', {
  'the CPU that queued it': { next: pointer('rcu_head'), func: int, ip: int },
});

/** One of a task's four entries in the pid hashes. */
export const pid_link = struct('pid', {
  tasklist_lock: { nr: int, pid_chain: hlistNode, pid_list: listHead, task: pointer('task_struct') },
});

/** Saved registers: what int 0x80 passes and returns, and the registers a program names its results by. */
export const pt_regs = struct('pt_regs', {
  'private to the task': {
    ebx: hex,
    ecx: hex,
    edx: hex,
    esi: hex,
    edi: hex,
    ebp: hex,
    eax: hex,
    orig_eax: hex,
    eip: int,
    r: words(16),
  },
});

/** What is pending for a task or a group: the set, and an entry for each signal that was queued. */
export const sigpending = struct('sigpending', {
  'sighand->siglock': { signal: words(2), list: listHead },
});

/** One signal that was sent, in the queue of who is to take it. */
export const sigqueue = struct('sigqueue', {
  'sighand->siglock': {
    list: listHead,
    sig: int,
    user: pointer('user_struct'),
    /** SIGQUEUE_PREALLOC: it belongs to a timer, which sends it again and again. */
    flags: hex,
    /** Until 2.6.15: the siglock that a timer's entry was queued under last. */
    lock: pointer('siglock'),
    si_tid: int,
    si_overrun: int,
    /** Of a timer that goes on when its signal is taken: what it has then to be at. */
    si_sys_private: int,
  },
});

/** What a handler interrupted, for sigreturn: on the user's stack in Linux. */
export const sigframe = struct('sigframe', {
  'private to the task': { restart: int, eip: int, blocked: words(2), r: words(16) },
});

/** A function that runs when its time has come, TIMER_ by number. `entry.next` is 0 while it waits for none. */
export const timer_list = struct('timer_list', {
  'base->lock': { entry: listHead, expires: int, base: pointer('timer_base'), data: hex },
  'written once': { function: int },
});

/** Handlers that may interrupt one another before the stack is full. */
export const SIGFRAMES = 4;

export const task_struct = struct('task_struct', {
  atomic: { usage: atomic },
  'alloc_lock (task_lock)': {
    alloc_lock: spinlock,
    mm: pointer('mm_struct'),
    active_mm: pointer('mm_struct'),
    fs: pointer('fs_struct'),
    files: pointer('files_struct'),
    namespace: pointer('namespace'),
  },
  tasklist_lock: {
    tasks: listHead,
    real_parent: pointer('task_struct'),
    parent: pointer('task_struct'),
    children: listHead,
    sibling: listHead,
    /** PT_: whether somebody traces it; attach sets them under task_lock. */
    ptrace: hex,
    /** Children whom others trace, each by its ptrace_list. */
    ptrace_children: listHead,
    ptrace_list: listHead,
    group_leader: pointer('task_struct'),
    pids: words(4 * (pid_link.SIZE >> 2)),
    /** linux-6: its entry for the number of the leader whose place it took, under PIDTYPE_PID. */
    exec_pid: words(pid_link.SIZE >> 2),
    exit_signal: int,
    /** Also changed by xchg: who sees ZOMBIE reaps. */
    exit_state: int,
    signal: pointer('signal_struct'),
    sighand: pointer('sighand_struct'),
  },
  'sighand->siglock': {
    pending: words(sigpending.SIZE >> 2),
    blocked: words(2),
    /** What `blocked` was before sigsuspend: a handler ends with it. */
    saved_sigmask: words(2),
    /** TIF_SIGPENDING; read without the lock on the way back to user mode. */
    sigpending: int,
    /** linux-6: a stop of its group that is under way counts this task. */
    stop_pending: int,
  },
  'rq->lock of the CPU it is on': {
    state: int,
    on_rq: int,
    cpu: int,
    run_list: listHead,
    /** Set while a CPU executes it. */
    on_cpu: int,
  },
  'private to the task': {
    flags: hex,
    pid: int,
    tgid: int,
    uid: int,
    euid: int,
    suid: int,
    gid: int,
    cap_effective: hex,
    user: pointer('user_struct'),
    /** Security context, and the one that the next exec gives it; 0 for none. */
    sid: int,
    exec_sid: int,
    undo_list: pointer('sem_undo_list'),
    set_child_tid: hex,
    clear_child_tid: hex,
    exit_code: int,
    /** The signal it stops at for its tracer, until it has taken the one that the tracer left; else 0. */
    ptrace_stopped: int,
    /** Zombies it traced that nobody else will wait for, for release when it exits. */
    ptrace_dead: listHead,
    start_seq: int,
    /** Address of a word that becomes 1 when the vfork child left our mm. */
    vfork_done: pointer('vfork_completion'),
    vfork_waiting: pointer('vfork_completion'),
    vfork_pid: int,
    /** What an exec under way has made, and how far it has come: EXEC_. */
    exec_mm: pointer('mm_struct'),
    exec_sighand: pointer('sighand_struct'),
    exec_stage: int,
    /** Counts the programs it has run, and what its parent's count was when it was made. */
    self_exec_id: int,
    parent_exec_id: int,
    /** RESTART_: whether the next system call is one that slept, and whether a handler ran meanwhile. */
    restart: int,
    time_slice: int,
    /** Its restart block: TIMEOUT_ by what it sleeps in for a time, and where nanosleep stores what is left. */
    timeout_kind: int,
    timeout_rmtp: hex,
    /** 1 inside sigsuspend. */
    suspended: int,
    /** While it sleeps for a core dump: what it exits with, the dumper: the signal; whether it is the last of its group. */
    dying_code: int,
    dying_last: int,
    /** Of the signal that a handler is to run for. */
    handler: hex,
    handler_flags: hex,
    sigframe_depth: int,
    sigframes: words(SIGFRAMES * (sigframe.SIZE >> 2)),
    handled_signals: int,
    regs: words(pt_regs.SIZE >> 2),
  },
  'see rcu_head': { rcu: words(rcu_head.SIZE >> 2) },
  /** TIF_MEMDIE: the OOM killer has killed it. */
  'set by the OOM killer, no lock': { memdie: int },
  /** On its stack in Linux. */
  'see timer_list': { sleep_timer: words(timer_list.SIZE >> 2) },
  'wait queue lock': {
    wait_queue: pointer('wait_queue_head'),
    wait_entry: listHead,
    futex_key: hex,
  },
});

/** Tasks that sleep until something happens, each by its wait_entry. */
export const wait_queue_head = struct('wait_queue_head', {
  lock: { lock: spinlock, task_list: listHead },
});

/** Something that happens once, and who waits for it. */
export const completion = struct('completion', {
  'wait.lock': { done: int, wait: words(wait_queue_head.SIZE >> 2) },
});

/** A core dump: how many are still to come to it, what the dumper waits for, what they wait for. */
export const core_state = struct('core_state', {
  'mmap_sem; linux-6: atomic': { core_waiters: atomic },
  'their own locks': { core_startup_done: words(completion.SIZE >> 2), core_done: words(completion.SIZE >> 2) },
});

/** Where a vfork parent waits: its own, in Linux on its stack. */
export const vfork_completion = struct('vfork_completion', {
  'wait.lock': { done: int, wait: words(wait_queue_head.SIZE >> 2) },
  /** linux-6: the child, with a reference. */
  'private to the parent': { child: pointer('task_struct') },
});

export const sem_undo_list = struct('sem_undo_list', {
  atomic: { refcnt: atomic },
  'lock (only when refcnt is not 1)': { lock: spinlock, proc_list: listHead },
});

/** The places of a descriptor table (fdtable.ts): as many as max_fds says. */
export const fdtable = struct('fdtable', {
  'written once': { max_fds: int },
  'see rcu_head': { rcu: words(rcu_head.SIZE >> 2) },
  'file_lock; fd is looked at under RCU since 2.6.14': { open_fds: hex, close_on_exec: hex, fd: words(NR_OPEN) },
});

export const files_struct = struct('files_struct', {
  atomic: { count: atomic },
  'file_lock; looked at under RCU since 2.6.14': { fdt: pointer('fdtable') },
  file_lock: { file_lock: spinlock, next_fd: int },
  /** The first one, with fewer places. */
  'see fdtable': { fdtab: words((fdtable.fd >> 2) + NR_OPEN_DEFAULT) },
});

export const fs_struct = struct('fs_struct', {
  atomic: { count: atomic },
  'xchg, no lock': { umask: int },
  lock: {
    lock: rwlock,
    root: pointer('dentry'),
    rootmnt: pointer('vfsmount'),
    pwd: pointer('dentry'),
    pwdmnt: pointer('vfsmount'),
  },
});

/** A POSIX timer. Its entry of a signal queue is allocated with it, so that its signal is never lost for lack of memory. */
export const k_itimer = struct('k_itimer', {
  lock: {
    it_lock: spinlock,
    it_overrun: int,
    it_overrun_last: int,
    /** Counts what was done with it; odd while its signal is queued and the timer waits until that is taken. */
    it_requeue_pending: int,
    it_incr: int,
    it_sigev_notify: int,
    /** Counted only with SIGEV_THREAD_ID. 0 while it is being made or deleted. */
    it_process: pointer('task_struct'),
  },
  'sighand->siglock': { list: listHead },
  'see timer_list': { timer: words(timer_list.SIZE >> 2) },
  'written once': { it_id: int, it_sigev_signo: int, sigq: pointer('sigqueue') },
});

/** The timers of one CPU, and its clock: ticks while a timer was armed. */
export const timer_base = struct('timer_base', {
  lock: { lock: spinlock, jiffies: int, running_timer: pointer('timer_list'), timers: listHead },
});

export const sighand_struct = struct('sighand_struct', {
  atomic: { count: atomic },
  siglock: { siglock: spinlock, action: words(2 * 64) },
  'see rcu_head': { rcu: words(rcu_head.SIZE >> 2) },
});

/** Guarded by the siglock of the sighand that every member of the group shares. */
export const signal_struct = struct('signal_struct', {
  atomic: { count: atomic, live: atomic },
  'sighand->siglock': {
    shared_pending: words(sigpending.SIZE >> 2),
    curr_target: pointer('task_struct'),
    group_exit_code: int,
    group_exit_task: pointer('task_struct'),
    notify_count: int,
    /** Threads that a stop still waits for. */
    group_stop_count: int,
    flags: hex,
    /** setitimer(ITIMER_REAL): ticks from one SIGALRM to the next, 0 for one only; and the timer. */
    it_real_incr: int,
    real_timer: words(timer_list.SIZE >> 2),
    posix_timers: listHead,
    /** linux-6: 1 while a thread dumps core. */
    dumping: int,
  },
  'see core_state': { core_state: words(core_state.SIZE >> 2) },
  tasklist_lock: { pgrp: int, session: int, leader: int },
  'task_lock of the group leader': { rlim_nproc: int },
  'its own lock': { wait_chldexit: words(wait_queue_head.SIZE >> 2) },
});

export const mm_struct = struct('mm_struct', {
  atomic: { mm_users: atomic, mm_count: atomic },
  mmlist_lock: { mmlist: listHead },
  mmap_sem: { mmap_sem: rwsem, mmap: pointer('vm_area_struct'), map_count: int, total_vm: int, dumpable: int },
  'see core_state': { core_state: words(core_state.SIZE >> 2) },
  page_table_lock: { page_table_lock: spinlock, pgd: pointer('pgd'), rss: int },
});

export const vm_area_struct = struct('vm_area_struct', {
  'mm->mmap_sem': { vm_start: hex, vm_end: hex, vm_flags: hex, vm_next: pointer('vm_area_struct'), vm_pgoff: hex },
});

/** Page table, one level: USER_PAGES entries of page address and PTE_ bits. */
export const pgd = struct('pgd', { 'mm->page_table_lock': { entry: words(USER_PAGES) } });

/** A page of user memory. `_count` is how many page tables map it, and who reads it from outside meanwhile. */
export const page = struct('page', {
  atomic: { _count: atomic },
  'user memory': { data: words(USER_PAGE_SIZE >> 2) },
});

export const namespace = struct('namespace', {
  atomic: { count: atomic },
  sem: { sem: rwsem, list: listHead },
  vfsmount_lock: { root: pointer('vfsmount') },
});

export const vfsmount = struct('vfsmount', {
  atomic: { mnt_count: atomic },
  'xchg, no lock': { mnt_expiry_mark: int },
  vfsmount_lock: {
    mnt_hash: listHead,
    mnt_parent: pointer('vfsmount'),
    mnt_mountpoint: pointer('dentry'),
    mnt_mounts: listHead,
    mnt_child: listHead,
    mnt_list: listHead,
    mnt_expire: listHead,
    mnt_namespace: pointer('namespace'),
  },
  'written once': { mnt_root: pointer('dentry'), mnt_sb: pointer('super_block') },
});

export const super_block = struct('super_block', {
  atomic: { s_active: atomic },
  'written once': { s_root: pointer('dentry') },
});

export const dentry = struct('dentry', {
  atomic: { d_count: atomic },
  'dcache_lock; the lists are looked at under RCU': {
    d_parent: pointer('dentry'),
    d_subdirs: listHead,
    d_child: listHead,
    d_mounted: int,
  },
  'dcache_lock and d_lock, either to read': { d_lock: spinlock, d_flags: hex },
  'see rcu_head': { d_rcu: words(rcu_head.SIZE >> 2) },
  'written once': {
    d_inode: pointer('inode'),
    d_sb: pointer('super_block'),
    d_name: text(NAME_MAX),
  },
});

export const inode = struct('inode', {
  /** Its names and those who are at work on it. */
  atomic: { i_count: atomic },
  i_sem: {
    i_sem: rwsem,
    i_size: int,
    i_mode: int,
    i_uid: int,
    i_gid: int,
    i_sid: int,
    /** Names in directories; a directory's own entries do not count. */
    i_nlink: int,
    /** S_DEAD: a directory that was removed. */
    i_flags: int,
  },
  'written under i_sem, read without it': { i_data: words(FILE_MAX >> 2) },
  'written once': { i_ino: int },
});

export const file = struct('file', {
  atomic: { f_count: atomic },
  'written once': {
    f_kind: int,
    /** As open was asked: O_ACCMODE. */
    f_flags: int,
    f_dentry: pointer('dentry'),
    f_vfsmnt: pointer('vfsmount'),
    /** What an open file of /proc pins: a namespace (mounts) or a task (all others), and since linux-6 an mm (maps, mem). */
    f_private: hex,
    f_mm: pointer('mm_struct'),
  },
  'racy by design (f_pos)': { f_pos: int },
  'see rcu_head': { f_rcuhead: words(rcu_head.SIZE >> 2) },
});

export const user_struct = struct('user_struct', {
  atomic: { __count: atomic, processes: atomic, sigpending: atomic },
  uidhash_lock: { uidhash_list: listHead },
  'written once': { uid: int },
});

export const sem_array = struct('sem_array', {
  'written once': { id: int, sem_nsems: int },
  lock: { lock: spinlock, value: words(SEMMSL) },
});

/** What one undo list owes one semaphore set. */
export const sem_undo = struct('sem_undo', {
  'the undo list and the set': { proc_next: listHead, semid: int, semadj: words(SEMMSL) },
});

/** In front of every slab object. Its last word and the word after the object are red zones. */
export const slab_header = struct('slab_header', {
  'the slab allocator': {
    cache: int,
    state: hex,
    alloc_ip: int,
    alloc_pid: int,
    free_ip: int,
    free_pid: int,
    next: pointer('object'),
    redzone: hex,
  },
});

export const kmem_cache = struct('kmem_cache', {
  'written once': { number: int, objsize: int, stride: int },
  lock: {
    lock: spinlock,
    /** Free objects, oldest first: the shared quarantine. */
    free_first: pointer('object'),
    free_last: pointer('object'),
    free_count: int,
    slabs: int,
  },
});

/** A CPU's share of a cache: a ring of free objects, oldest first, and counters. */
export const cpu_cache = struct('cpu_cache', {
  'private to the CPU': {
    head: int,
    count: int,
    allocated: int,
    freed: int,
    failed: int,
    slot: words(CPU_CACHE_SLOTS),
  },
});

/** Run queue of one CPU. */
export const rq = struct('rq', {
  lock: { lock: spinlock, nr_running: int, queue: listHead },
  /** One more with each task that leaves the CPU, and with each that comes: odd while it runs none. */
  'atomic, by the CPU itself': { rcu_passed: atomic },
});

/** Where a path walk stands, and the last name of a path whose parent is wanted. */
export const nameidata = struct('nameidata', {
  'private to the CPU': { dentry: pointer('dentry'), mnt: pointer('vfsmount'), last: text(NAME_MAX), last_type: int },
});

export const NR_SYSCALLS_COUNTED = 320;

export const cpu_data = struct('cpu_data', {
  'private to the CPU': {
    syscalls: words(NR_SYSCALLS_COUNTED),
    failures: words(NR_SYSCALLS_COUNTED),
    slices: int,
    /** Scratch of the system call that runs: two paths, two walks. A call never leaves its CPU half way. */
    path: words(PATH_MAX >> 2),
    path2: words(PATH_MAX >> 2),
    nd: words(nameidata.SIZE >> 2),
    nd2: words(nameidata.SIZE >> 2),
    /** How far each CPU had come when the grace period of its callbacks began. */
    rcu_seen: words(MAX_CPUS),
    /** The page that access_process_vm is at. */
    pinned_page: pointer('page'),
    /** A security context on its way in or out. */
    context: words(CONTEXT_MAX >> 2),
    /** The timer whose signal was taken just now. */
    si_tid: int,
    /** linux-6: the signal of the stop that a wait has taken, with WTRAPPED when it is for a tracer. */
    stop_code: int,
  },
  /** Mounts that the call is about to let expire. */
  vfsmount_lock: { graveyard: listHead },
  'see rq': { rq: words(rq.SIZE >> 2) },
  'see timer_base': { timers: words(timer_base.SIZE >> 2) },
  'see cpu_cache': { caches: words(MAX_CACHES * (cpu_cache.SIZE >> 2)) },
});

export const PIDHASH_SIZE = 256;
export const MOUNT_HASH_SIZE = 64;
export const UIDHASH_SIZE = 8;
export const FUTEX_HASH_SIZE = 16;

export const futex_bucket = struct('futex_bucket', { lock: { lock: spinlock, list: listHead } });

const KERNEL_BASE = (HARDWARE_END + 127) & ~127;

/** The kernel's global variables. */
export const kernel = struct(
  'kernel',
  {
    'written once at boot': {
      profile: int,
      init_task: pointer('task_struct'),
      max_threads: int,
      image: pointer('program image'),
      image_bytes: int,
      image_tasks: int,
      heap_start: int,
      heap_end: int,
      nr_cpus: int,
    },
    'the console, on one word': {
      /** Becomes 1 when programs that loop for ever should come to their end. */
      wind_down: int,
    },
    'init, when its program ends': { finished: int },
    kernel_flag: { kernel_flag: spinlock },
    tasklist_lock: {
      tasklist_lock: rwlock,
      init_tasks: listHead,
      nr_threads: int,
      total_forks: int,
    },
    atomic: { pidmap_nr_free: atomic, runnable: atomic, idle_cpus: atomic, expect_failures: atomic },
    'no lock: the race on it is intended (B17)': { last_pid: int },
    zone_lock: { zone_lock: spinlock, heap_next: int },
    /** Address spaces that may have pages out; the swap area by its inode number, and whether pages may go there. */
    mmlist_lock: { mmlist_lock: spinlock, mmlist: listHead },
    swap_lock: { swap_lock: spinlock, swap_ino: int, swap_writeok: int },
    /** Since 2.6.15 the semaphore of every namespace. */
    namespace_sem: { namespace_sem: rwsem },
    /** What is mounted where, and which mounts expire by time. */
    vfsmount_lock: {
      vfsmount_lock: spinlock,
      mount_hashtable: words(2 * MOUNT_HASH_SIZE),
      expiry_list: listHead,
    },
    dcache_lock: { dcache_lock: spinlock, last_ino: int },
    uidhash_lock: { uidhash_lock: spinlock, uidhash: words(2 * UIDHASH_SIZE) },
    idr_lock: { idr_lock: spinlock, posix_timers_id: words(MAX_POSIX_TIMERS) },
    sidtab_lock: {
      sidtab_lock: spinlock,
      nr_sids: int,
      /** The context of each sid, the first that of sid 1. */
      sidtab: words((SIDTAB_SIZE * CONTEXT_MAX) >> 2),
    },
    sem_ids_lock: {
      sem_ids_lock: spinlock,
      /** Sets made so far. */
      sem_seq: int,
      sem_ids: words(SEMMNI),
    },
    /** Who waits for a set stands here by its slot, which stays when the set goes. */
    'their own locks, one for each slot': { sem_pending: words((SEMMNI * wait_queue_head.SIZE) >> 2) },
    'futex_bucket.lock': { futex_queues: words((FUTEX_HASH_SIZE * futex_bucket.SIZE) >> 2) },
    'first failed expectation, set by cmpxchg': {
      failed_line: int,
      failed_task: int,
      failed_got: int,
      failed_wanted: int,
    },
    'cache->lock': { caches: words(MAX_CACHES * (kmem_cache.SIZE >> 2)) },
    'tasklist_lock, hashes': { pid_hash: words(4 * PIDHASH_SIZE) },
    test_and_set_bit: { pidmap: words(PID_MAX / 32) },
    'zone_lock, a cache number per page': { page_cache: words(RAM_BYTES / PAGE_SIZE) },
    'user memory mapped by every task': { shared_pages: words(64) },
    /** Bit by bit the numbered places that may fail on purpose, whatever their class. */
    'written once, before any CPU runs': { fault_sites: words(8) },
  },
  KERNEL_BASE,
);

/** Per-CPU blocks of the kernel, spaced so that two never share a cache line. */
export const CPU_DATA_BASE = (KERNEL_BASE + kernel.SIZE + 127) & ~127;
export const CPU_DATA_STRIDE: number = apart(cpu_data.SIZE);

/** The first page the page allocator may hand out. */
export const HEAP_BASE = (CPU_DATA_BASE + MAX_CPUS * CPU_DATA_STRIDE + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

export const cpuDataAddress = (cpu: number): number => CPU_DATA_BASE + cpu * CPU_DATA_STRIDE;
