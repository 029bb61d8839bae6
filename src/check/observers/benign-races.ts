/**
 * Races that the kernel of 2005 means to have, each with its reason: the one list of what the checkers pass over.
 * Whoever adds an entry says why nothing can go wrong, whatever value the access sees. A race that can do harm does not
 * belong here, however old it is: known-findings.ts is for those.
 */

import { blamed, type Frame } from '../evidence/call-chain.ts';

export interface BenignRace {
  /** Variables, as in titles. */
  readonly variables: readonly string[];
  /** One of these is in the call chain of the access that nothing orders; what it meets may be anywhere. */
  readonly by: readonly string[];
  /** Such a function does so itself: what it calls does far more. */
  readonly itself?: true;
  readonly reason: string;
}

/** Functions whose plain accesses count as marked: in Linux they go through a volatile. */
export const volatileFunctions: ReadonlySet<string> = new Set([
  'atomic_read',
  'atomic_set',
  'wait_for_page_table_lock',
]);

export const benignRaces: readonly BenignRace[] = [
  {
    variables: ['rq->nr_running'],
    by: ['steal_task', 'idle'],
    reason: 'a hint, as in Linux when it looks for the busiest queue: what counts is looked at under rq->lock',
  },
  {
    variables: ['runnable', 'idle_cpus'],
    by: ['idle', 'announce_work'],
    reason:
      'who goes idle counts up idle_cpus and then looks for work, who brings work counts up runnable and then looks at ' +
      'idle_cpus: both counts are locked operations, so at least one sees the other',
  },
  {
    variables: ['cpu_area->cr3', 'cpu_area->user_access', 'pgd->entry'],
    by: ['flush_tlb', 'user_to_ram', 'user_access_end', 'switch_to'],
    reason: 'the walk of a page table and the flush of translations are hardware; tlb.ts says what orders them',
  },
  {
    variables: ['last_pid'],
    by: ['alloc_pidmap'],
    reason:
      'a place to begin the search at; two at once may give out a number again early (B17, accepted until 2.6.35)',
  },
  {
    variables: ['pidmap'],
    by: ['alloc_pidmap'],
    reason: 'a free bit is a hint: test_and_set_bit decides who has it',
  },
  {
    variables: ['expiry_list'],
    by: ['mark_mounts_for_expiry'],
    itself: true,
    reason: 'whether there is anything to do: a mount that enters just now has a look to go in any case',
  },
  {
    variables: ['nr_threads'],
    by: ['check_limits'],
    reason: 'forks at the same moment may pass the limit by their number, as Linux says at max_threads (B50)',
  },
  {
    variables: [
      'task_struct->usage',
      'task_struct->alloc_lock',
      'task_struct->tasks',
      'task_struct->real_parent',
      'task_struct->parent',
      'task_struct->children',
      'task_struct->sibling',
      'task_struct->pids',
      'task_struct->exit_signal',
      'task_struct->pending',
      'task_struct->sigpending',
    ],
    by: ['dup_task_struct'],
    reason: 'the child is a copy of the whole struct, and each of these gets its value at birth before it is seen',
  },
  {
    variables: [
      'mm_struct->mm_users',
      'mm_struct->mm_count',
      'mm_struct->mmlist',
      'mm_struct->mmap_sem',
      'mm_struct->page_table_lock',
      'mm_struct->rss',
    ],
    by: ['dup_mm'],
    reason: 'the new mm is a copy of the whole struct, and mm_init sets each of these anew',
  },
  {
    variables: ['mm_struct->mmlist'],
    by: ['is_listed'],
    reason:
      'whether a memory is on the list at all is asked by who alone can enter it (page_table_lock) or take it off (the last ' +
      'user); that its neighbours come and go under mmlist_lock changes nothing of that',
  },
  {
    variables: ['task_struct->state'],
    by: [
      'do_wait',
      'sys_pause',
      'sys_rt_sigsuspend',
      'futex_wait',
      'schedule_timeout',
      'wait_for_vfork',
      'wait_for_completion',
      'sys_semop',
      'leave_sleep',
      'de_thread',
    ],
    reason:
      'who goes to sleep sets its state first and tests its condition after, and a waker does it the other way round: ' +
      'either the sleeper sees the condition or the waker the state; on the way off the CPU rq->lock settles it. Who does ' +
      'not sleep after all, for a signal, runs already: a waker that finds it so wakes nobody, and one that does not queues nobody',
  },
  {
    variables: ['task_struct->state'],
    by: ['must_leave'],
    reason:
      'a task asks about itself: what others write meanwhile is that it is awake, and on the way off the CPU rq->lock settles it',
  },
  {
    variables: ['task_struct->sigpending'],
    by: ['run_current', 'put_prev_task', 'signal_pending', 'exit_notify'],
    reason: 'a flag that is looked at again on every return to user mode; who sets it wakes the task up as well',
  },
  {
    variables: ['task_struct->pending'],
    by: ['fatal_signal_pending'],
    reason:
      'SIGKILL is never taken back, and who sends it wakes the task after: seen late, it is seen when the call runs again',
  },
  {
    variables: ['signal_struct->notify_count'],
    by: ['exit_notify'],
    itself: true,
    reason:
      'a leader that dies asks whether an exec sleeps for it, which says so under the same tasklist_lock; a count that it ' +
      'meets instead is of an exec that has yet to look whether the leader is dead',
  },
  {
    variables: ['signal_struct->flags'],
    by: ['exit_notify', 'exit_signals'],
    itself: true,
    reason: 'only spares a walk over the group: when the group begins to die meanwhile, each thread has its SIGKILL',
  },
  {
    variables: ['signal_struct->flags'],
    by: ['wait_task_zombie', 'do_group_exit'],
    reason:
      'asks whether the group is ending, which nobody takes back; of a zombie nobody begins it any more, and who finds ' +
      'it not begun looks again under siglock. What is read behind it is another matter: group_exit_code',
  },
  {
    variables: ['task_struct->pids'],
    by: ['thread_group_empty'],
    reason:
      'asked about the current task: only a thread of the group itself can add to it, and who leaves was seen alive',
  },
  {
    variables: ['task_struct->flags'],
    by: ['wants_signal', 'retarget_pending'],
    reason:
      'PF_EXITING is set without a lock before linux-6: exit_notify has the other threads look again at a signal given ' +
      'to a thread that begins to exit just then. What it misses (B53) is told by what comes of it, a group that sleeps on',
  },
  {
    variables: ['task_struct->flags'],
    by: ['begin_stop'],
    reason:
      'linux-6 looks for PF_EXITING, which is set under siglock; PF_DEAD comes later, under no lock, in the same word',
  },
  {
    variables: ['task_struct->on_cpu'],
    by: ['task_curr'],
    reason:
      'whether a thread that has a signal pending already is awake: one that comes to a CPU or leaves it at this moment ' +
      'looks at its signals on its way, and the signal is in the shared set for whoever looks first',
  },
  {
    variables: ['task_struct->state'],
    by: ['wants_signal', 'begin_stop'],
    reason:
      'asks whether a thread is stopped, and for a stop siglock is held on both sides; the states that change without ' +
      'it (asleep, awake, dead on its CPU) all mean the same here',
  },
  {
    variables: ['task_struct->state'],
    by: ['join_stop', 'begin_stop', 'do_signal_stop', 'begin_ptrace_stop'],
    reason:
      'a thread stops itself under siglock, and who wakes a stopped one holds siglock too; anybody else who looks under ' +
      'rq->lock wants a task that sleeps. Who has found it asleep and has yet to make it run holds the lock of its queue, ' +
      'which the task takes on the way out of its call, or rq->lock, which it takes when it begins the call again',
  },
  {
    variables: ['vfsmount->mnt_namespace'],
    by: ['check_mnt'],
    reason:
      'compared, never followed. mount and bind ask with namespace->sem, under which alone a mount becomes or ceases to ' +
      'be one of this namespace; umount asks before it, and do_umount takes away nothing that is gone by then; pivot_root asks ' +
      'of new_root before it, and one that is gone by then hangs nowhere, which is refused',
  },
  {
    variables: ['task_struct->flags'],
    by: ['find_reaper'],
    reason: 'a thread that begins to die once it was chosen hands the children on, under the same tasklist_lock',
  },
  {
    variables: ['task_struct->exit_state'],
    by: ['scan_children'],
    reason: 'whoever sees a zombie still has to win the xchg',
  },
  {
    variables: ['task_struct->state', 'task_struct->exit_code', 'signal_struct->group_stop_count'],
    by: ['has_stopped'],
    reason:
      'a hint: who tells of the stop is decided by an xchg under tasklist_lock, and the last thread that stops wakes whoever ' +
      'looked too early',
  },
  {
    variables: ['task_struct->exit_code'],
    by: ['do_signal', 'wait_task_stopped', 'take_stop'],
    itself: true,
    reason: 'the stop is over, and a wait that comes at this moment tells of it or does not',
  },
  {
    variables: ['signal_struct->flags'],
    by: ['take_continued'],
    reason: 'a hint, looked at again under siglock',
  },
  {
    variables: ['task_struct->state'],
    by: ['task_stopped_code'],
    reason:
      'a traced child stops under siglock, which is held, and who wakes it holds that too; the states that change without it ' +
      '(asleep, awake, dead on its CPU) all mean the same here',
  },
  {
    variables: ['task_struct->state', 'signal_struct->flags'],
    by: ['has_stopped_jobs'],
    reason:
      'whether a member of an orphaned group is stopped is as of some moment: one that stops just then was not yet',
  },
  {
    variables: ['task_struct->exit_signal'],
    by: ['eligible_child'],
    reason: 'a thread that exec kills is no longer waited for (-1); a wait just before finds it alive all the same',
  },
  {
    variables: ['task_struct->exit_signal'],
    by: ['flush_old_exec'],
    itself: true,
    reason:
      'exec makes it SIGCHLD, and so does a parent that dies; a wait just before is about the child as it was made',
  },
  {
    variables: ['task_struct->self_exec_id'],
    by: ['changed_domain', 'do_notify_parent', 'sys_execve'],
    itself: true,
    reason: 'a number that only grows, of some moment: the child dies before its parent has another program or after',
  },
  {
    variables: ['task_struct->ptrace'],
    by: ['stops_for_tracer', 'finish_stop', 'sig_ignored', 'kills', 'notify_unlocked', 'sys_execve', 'dup_task_struct'],
    reason:
      'a task is asked without tasklist_lock whether it is traced: attach sends SIGSTOP behind its mark, so that it is asked ' +
      'again, and one that stops looks again under tasklist_lock; a copy is overwritten or linked under that lock',
  },
  {
    variables: ['task_struct->pending'],
    by: ['publish'],
    reason:
      'fork asks under tasklist_lock whether it is being killed, and who kills holds it; only attach, which holds none in 2.6, ' +
      'enters another signal in the same word meanwhile',
  },
  {
    variables: ['task_struct->tgid'],
    by: ['ptrace_attach_2_6'],
    reason:
      'exec gives the old leader another number while attach asks whether it is in the same group: it has left its memory by ' +
      'then, for which attach refuses it in any case',
  },
  {
    variables: ['task_struct->ptrace_list', 'task_struct->blocked'],
    by: ['dup_task_struct'],
    reason:
      'copied with the rest and set anew before anybody sees the child; attach unblocks SIGSTOP, which none can block',
  },
  {
    variables: ['task_struct->state'],
    by: ['ptrace_check_attach', '__ptrace_unlink', 'ptrace_untrace', 'reparent_thread', 'leave_signal'],
    reason:
      'a task stops under siglock, which is held where it counts; as it leaves its CPU the state stays what it is',
  },
  {
    variables: ['task_struct->parent', 'task_struct->real_parent'],
    by: ['give_back'],
    reason: 'a hint, looked at again under tasklist_lock',
  },
  {
    variables: ['task_struct->mm'],
    by: ['mm_is_ours'],
    reason: 'compared, never followed; only sharers of the memory matter, and each leaves it for good',
  },
  {
    variables: ['task_struct->mm'],
    by: ['zap_threads'],
    reason:
      'compared, never followed: of the memory whose mmap_sem is held for writing nobody lets go by exit or exec, and other ' +
      'memories do not matter. Who lets go of it without mmap_sem shows as a dump that waits for ever (B08)',
  },
  {
    variables: ['task_struct->mm'],
    by: ['kill_sharers', 'oom_kill_process', 'badness'],
    itself: true,
    reason:
      'compared, never followed: the memory whose sharers are killed is pinned, and who lets go of it at this moment need not be',
  },
  {
    variables: [
      'task_struct->flags',
      'task_struct->memdie',
      'task_struct->uid',
      'task_struct->euid',
      'task_struct->cap_effective',
    ],
    by: ['select_bad_process', 'badness', '__oom_kill_task'],
    itself: true,
    reason: 'who is the worst is as of some moment: one that begins to die just then is killed in vain',
  },
  {
    variables: ['task_struct->state', 'task_struct->exit_state'],
    by: ['read_status'],
    reason: 'a snapshot for the reader, old as soon as it is taken',
  },
  {
    variables: ['task_struct->real_parent', 'task_struct->tgid'],
    by: ['sys_getppid'],
    reason:
      'as Linux explains there: the parent is read, then its number, then the parent again; when it changed, the number ' +
      'is not used. The parent may even be freed meanwhile, since task structs are never unmapped',
  },
  {
    variables: ['task_struct->uid', 'task_struct->suid'],
    by: ['check_kill_permission'],
    reason:
      'who may signal whom is as of some moment: Linux reads the numbers without a lock, and since 2.6.29 under RCU',
  },
  {
    variables: ['task_struct->uid'],
    by: ['wait_task_stopped', 'wait_task_continued', 'look_at_zombie'],
    reason: 'the siginfo of waitid has the user that a child has at some moment; Linux reads it without a lock',
  },
  {
    variables: ['task_struct->uid', 'task_struct->euid', 'task_struct->suid'],
    by: ['owns_proc_inode', 'ptrace_may_access'],
    reason:
      'who may look at whom is as of some moment, as with signals; setuid stores the effective number last, so that ' +
      'nobody is let in before the call is over',
  },
  {
    variables: ['task_struct->user'],
    by: ['__sigqueue_alloc'],
    reason:
      'who sends a signal charges the user that the receiver has then. Only a task of root becomes another user is here, and ' +
      'the entry of root is never freed; in Linux it could be any, which was a bug until 2.6.19',
  },
  {
    variables: [
      'k_itimer->it_process',
      'k_itimer->it_id',
      'k_itimer->it_sigev_notify',
      'k_itimer->it_sigev_signo',
      'k_itimer->it_overrun',
      'k_itimer->it_requeue_pending',
      'k_itimer->it_incr',
      'k_itimer->timer',
      'k_itimer->sigq',
      'sigqueue->sig',
      'sigqueue->si_tid',
    ],
    by: ['sys_timer_create'],
    reason:
      "a timer is anybody else's only when its process is set, last of all and in the order of the stores on x86; who finds " +
      'it by its number before, as another thread may, looks at that first',
  },
  {
    variables: ['signal_struct->posix_timers', 'k_itimer->list'],
    by: ['exit_itimers'],
    reason:
      'asked when the last thread exits or execs: what others did to the list they did before they were counted out',
  },
  {
    variables: ['fs_struct->umask'],
    by: ['sys_umask'],
    reason: 'one word, changed by xchg and read as it is: what is made meanwhile gets the one mask or the other',
  },
  {
    variables: ['inode->i_mode', 'inode->i_uid', 'inode->i_gid'],
    by: ['permission', 'is_directory', 'sys_stat', 'check_sticky'],
    reason:
      'chmod and chown change one word each under i_sem; Linux reads them without it: who asks meanwhile gets the answer ' +
      'of before or of after, word by word, and what an inode is never changes',
  },
  {
    variables: ['inode->i_size', 'inode->i_data'],
    by: ['read_regular', 'sys_lseek', 'sys_stat'],
    reason:
      'who reads a file does not wait for who writes it, in Linux neither: he gets bytes of before and after, and never more ' +
      'than a size that the file has had',
  },
  {
    variables: ['file->f_pos'],
    by: ['read_regular', 'write_regular'],
    reason: 'as with lseek: where an open file stands has no lock before 3.14',
  },
  {
    variables: ['inode->i_flags'],
    by: ['places_are_gone'],
    reason: 'pivot_root has the lock of put_old, not of new_root, which is a mount root: those are never removed',
  },
  {
    variables: ['dentry->d_mounted'],
    by: ['vfs_remove'],
    reason:
      'EBUSY as of some moment: what is mounted there holds the name, and who takes it away at this moment is done with it',
  },
  {
    variables: ['vfsmount->mnt_expiry_mark'],
    by: ['mntput'],
    reason:
      'who lets go of a mount takes its mark off, as Linux does without a lock: a mark that comes at this moment stays, and ' +
      'umount looks at the count before it takes anything away',
  },
  {
    variables: ['inode->i_sid'],
    by: ['sys_getxattr'],
    reason: 'one word, set under i_sem and read as it is, as SELinux does; the context behind a number never changes',
  },
  {
    variables: ['task_struct->sid', 'task_struct->exec_sid'],
    by: ['read_attr'],
    reason:
      'one word, which only the task itself changes; who looks at it meanwhile gets the one before or the one after',
  },
  {
    variables: ['dentry->d_mounted'],
    by: ['follow_mount'],
    reason: 'a hint: whether something is mounted there is looked up under vfsmount_lock',
  },
  {
    variables: ['file->f_pos'],
    by: ['sys_lseek'],
    reason: 'two users of one open file at once get what they ask for: Linux has no lock for f_pos before 3.14',
  },
];

export interface BenignUse {
  readonly variable: string;
  readonly by: string;
  readonly reason: string;
}

/** Reads of what may be a freed object. */
export const benignUses: readonly BenignUse[] = [
  {
    variable: 'task_struct->tgid',
    by: 'sys_getppid',
    reason: 'the number is not used when the parent has changed; Linux takes a lock there only to please its debugging',
  },
];

/** True for a race on the list, by the call chains of both accesses. */
export function isBenign(variable: string, chains: readonly (readonly Frame[])[]): boolean {
  return benignRaces.some(
    ({ variables, by, itself }) =>
      variables.includes(variable) &&
      chains.some((chain) =>
        itself ? by.includes(blamed(chain)) : chain.some((frame) => by.includes(frame.function)),
      ),
  );
}

/** True for a use of a freed object on the list. */
export function isBenignUse(variable: string, frames: readonly Frame[]): boolean {
  return benignUses.some((use) => use.variable === variable && frames.some((frame) => frame.function === use.by));
}
