/**
 * Promises that a profile itself is known to break, each proven from the kernel it models. A run that meets one
 * reports it under `known`; it changes the exit code only under --strict.
 *
 * A finding is known by what happened, whichever checker of whichever command met it: each way in which it is seen has
 * its title, and where a title alone could be something else, a line that its report must have.
 */
import type { ProfileName } from '../../kernel/profiles.ts';

/** One way in which a checker sees it: the whole title, and one line of the report where the title leaves a doubt. */
export interface Sight {
  readonly title: RegExp;
  readonly line?: RegExp;
}

export interface KnownFinding {
  readonly id: string;
  readonly profile: ProfileName;
  readonly seenAs: readonly Sight[];
  readonly evidence: string;
}

const race = (variable: string, where: string, against = 'plain '): Sight => ({
  title: new RegExp(`^data-race: plain (read|write) of ${variable} against ${against}(read|write) in ${where}$`),
});

/** A machine at rest in which a core dump is not over. */
const dump = (line: RegExp): Sight => ({
  title: /^deadlock: every task sleeps and nobody can wake one in schedule$/,
  line,
});

/** The functions by which a task comes to its end in the hands of another. */
const RELEASING = '(wait_task_zombie|release_task|__exit_signal|put_task_struct)';

export const knownFindings: readonly KnownFinding[] = [
  {
    id: 'fs-moved-by-failed-unshare',
    profile: 'linux-2.6.16',
    seenAs: [
      { title: /^isolation: task whose root is on a dismantled tree in / },
      {
        title: /^spec: a failed unshare changed fs (root|pwd) mount(, fs pwd mount)? in sys_unshare$/,
        line: /^it answered -(22|12)$/,
      },
    ],
    evidence:
      'unshare(NEWNS|VM) or (NEWNS|SIGHAND) with a private fs_struct: dup_namespace gets current->fs itself and moves ' +
      'its root and pwd into the copy; a later EINVAL (sighand or mm shared, or SYSVSEM), or ENOMEM of the descriptor table, ' +
      'drops the copy, and the caller keeps a root on a dismantled tree. The call promises that a failure changes nothing.',
  },
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'undo-lock-only-when-shared',
    profile,
    seenAs: [
      { title: /undo_list->lock/ },
      { title: / in (.* \/ )?(find_undo|lookup_undo|get_undo_list|lock_semundo|unlock_semundo)( \/ .*)?$/ },
      { title: /^lock-order: lock still held at return to user in /, line: / in cache sem_undo_list$/ },
    ],
    evidence:
      'lock_semundo and unlock_semundo each test refcnt: when the other sharer of the undo list exits between the two, ' +
      'the lock is never released (B26, until 2.6.17).',
  })),
  ...(['linux-2.6.16', 'linux-6'] as const).map((profile) => ({
    id: 'fs-moved-under-readers',
    profile,
    seenAs: [
      race('fs_struct->(root|pwd)mnt', 'dup_namespace / \\w+'),
      { title: /^isolation: a reader finds the namespace and the root of a task apart in / },
    ],
    evidence:
      'unshare(NEWNS) with a private fs_struct: dup_namespace moves root and pwd of current->fs without fs->lock, ' +
      '"because it is private", while a reader of /proc/PID/cwd or root follows it and takes the lock. ' +
      'The reader may take its reference on a mount that the old namespace has already let go of.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'handlers-copied-without-lock',
    profile,
    seenAs: [race('sighand_struct->action', '(copy_actions / \\w+|\\w+ / copy_actions)')],
    evidence:
      'copy_sighand copies the handlers of a new task without siglock, while a thread that shares them may be in ' +
      'sigaction: the copy can have a new handler with old flags. Later kernels take siglock.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'fs-parts-under-tasklist',
    profile,
    seenAs: [
      race('fs_struct->(root|pwd)(mnt)?', '(chroot_fs_refs / \\w+|\\w+ / chroot_fs_refs)'),
      {
        title: /^sleep-in-atomic: (fs part|mount|superblock|name) released with a spinlock held in /,
        line: /^chroot_fs_refs \(/,
      },
    ],
    evidence:
      'pivot_root walks over all tasks with tasklist_lock held for reading and pins the fs part of each by a count (B23, ' +
      'until 2.6.29). When the owner exits meanwhile, the walk drops the last count and frees it there, which may sleep. It ' +
      'compares root and working directory without fs->lock, so it can undo a chdir that came in between.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'group-signal-missed',
    profile,
    seenAs: [
      {
        title: /^deadlock: every task sleeps and nobody can wake one in schedule$/,
        line: /^\S+ sleeps and was never told of signal \d+ of its group: /,
      },
    ],
    evidence:
      'a signal to a group wakes the one thread that is chosen for it. When that one blocks it before it looks (B39), or is ' +
      'chosen while it passes the point in exit_notify at which others are told (B53), nobody else is woken.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'signal-target-is-gone',
    profile,
    seenAs: [{ title: /^use-after-free: /, line: /^choose_thread \(/ }],
    evidence:
      'where the choice of a thread for a signal stopped last is kept for the next one. exec of a thread that is not the leader ' +
      'puts the leader into a group of its own before it is released, so the place moves from the leader to the leader, and ' +
      'is freed with it (B60, until 2.6.17).',
  })),
  {
    id: 'ring-changes-under-walk',
    profile: 'linux-2.6.16',
    seenAs: [
      race('task_struct->pids', '(attach_pid / next_in_ring|next_in_ring / attach_pid)', '(plain|marked) '),
      { title: /^livelock: no end under a fair schedule in /, line: /^choose_thread \(/ },
    ],
    evidence:
      'since 2.6.16 a signal to a process is offered to its threads under siglock only, while exec of a thread that takes over from ' +
      'the leader enters both into rings of their own under tasklist_lock. Who stands on the thread then never comes to the leader ' +
      'again, at which he began (B67, until 2.6.17).',
  },
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'stop-waits-for-the-dead',
    profile,
    seenAs: [
      {
        title: /^deadlock: every task sleeps and nobody can wake one in schedule$/,
        line: /^the stop of \S+ waits for \d+ more, of whom none is left$/,
      },
    ],
    evidence:
      'a stop counts the threads that have to come; one that exits instead is not taken off the count (B52, until 2.6.25), ' +
      'so the parent is never told that the group has stopped, and its wait sleeps on.',
  })),
  ...(['desai-2005', 'linux-2.6.16', 'linux-6'] as const).map((profile) => ({
    id: 'exit-code-of-a-dying-group',
    profile,
    seenAs: [race('signal_struct->group_exit_code', '(do_group_exit / \\w+|\\w+ / do_group_exit)')],
    evidence:
      'do_group_exit reads flags and then group_exit_code without siglock; a fatal signal writes them in the same order. ' +
      'Between the two writes a thread that calls exit_group dies with a status that is neither its own nor the signal.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'memory-weighed-unpinned',
    profile,
    seenAs: [
      race('task_struct->mm', '(memory_of / \\w+|\\w+ / memory_of)'),
      { title: /^data-race: .* mm_struct->total_vm .* in (memory_of \/ \w+|\w+ \/ memory_of)$/ },
      { title: /^use-after-free: /, line: /^memory_of \(/ },
    ],
    evidence:
      'the OOM killer weighs the memory of every task under tasklist_lock only. A task that exits, execs or takes its memory back ' +
      'lets go of it under task_lock, and the last one frees it while it is weighed (B18, until 2.6.17).',
  })),
  {
    id: 'timer-meets-released-leader',
    profile: 'desai-2005',
    seenAs: [{ title: /^use-after-free: /, line: /^posix_timer_event \(/ }],
    evidence:
      'a timer of a process sends to the leader and has no reference on it. exec of another thread releases the old leader ' +
      'first and deletes the timers after (B10, until 2.6.14.2); one that is due in between meets a leader without handlers, or ' +
      'a freed one.',
  },
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'timer-signal-freed-while-taken',
    profile,
    seenAs: [
      race('sigqueue->list', '((collect_signal|rm_from_queue|flush_sigqueue) / unqueue_2_6|unqueue_2_6 / \\w+)'),
      {
        title: /^data-race: .* of sigqueue->\w+ .* in (collect_signal \/ )?__sigqueue_free( \/ collect_signal)?$/,
        line: /\bunqueue_2_6 \(/,
      },
      { title: /^(use-after-free|double-free): /, line: /^(collect_signal|rm_from_queue) \(/ },
    ],
    evidence:
      'who deletes a timer asks without siglock whether its entry is queued. A thread that takes the signal at this moment has ' +
      'taken the entry out already and reads it still: it is freed under its hands (B70, until 2.6.23).',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'timer-signal-changed-while-queued',
    profile,
    seenAs: [race('sigqueue->(si_sys_private|si_overrun)', '(\\w+ / set_timer_info|set_timer_info / \\w+)')],
    evidence:
      'a timer that is due writes into its entry under it_lock. When it was set anew while its signal was queued, another thread ' +
      'may be taking the signal under siglock, and reads what is half of one time and half of the other (B71, until about 6.13).',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'timer-freed-while-looked-for',
    profile,
    seenAs: [
      { title: /^data-race: .* k_itimer->\w+ .* in (is_ours \/ release_posix_timer|release_posix_timer \/ is_ours)$/ },
      { title: /^lock-order: k_itimer freed with its it_lock held in release_posix_timer$/ },
      { title: /^use-after-free: /, line: /^is_ours \(/ },
    ],
    evidence:
      'lock_timer waits for it_lock with idr_lock held, and lets go of idr_lock before it has looked whose timer it is. When it ' +
      'waited for who deletes the timer, that one goes on and frees it (B72, until 2.6.39).',
  })),
  {
    id: 'thread-that-was-never-made',
    profile: 'desai-2005',
    seenAs: [{ title: /^refcount: signal_struct\.live above its referrers in /, line: /^a clone has failed$/ }],
    evidence:
      'a clone with THREAD that fails behind copy_signal takes back the count of the group and forgets `live` (B09, until ' +
      '2.6.14.2): the last thread is never known for the last.',
  },
  {
    id: 'old-leader-collected-twice',
    profile: 'desai-2005',
    seenAs: [
      {
        ...race('task_struct->\\w+', `${RELEASING}( / ${RELEASING})?`),
        line: /^(take_over_leader \(|plain (read|write) by task init\/1 )/,
      },
      {
        title: new RegExp(`^use-after-free: read of freed task_struct in ${RELEASING}$`),
        line: /^(take_over_leader \(|read of .* by task init\/1 )/,
      },
      {
        title: new RegExp(
          `^use-after-free: (pointer read from freed memory|NULL pointer dereference) in ${RELEASING}$`,
        ),
        line: /^(take_over_leader \(|CPU#\d+ \w+, init\/1, in wait4$)/,
      },
    ],
    evidence:
      'a thread that execs hands its dead leader to init as a zombie, lets go of tasklist_lock, and then releases it; init may ' +
      'have claimed and released it meanwhile (B11, until 2.6.15).',
  },
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'files-changed-by-exec',
    profile,
    seenAs: [
      race('task_struct->files', 'get_files_struct / (unshare|restore)_files'),
      {
        title:
          /^data-race: plain write of (files_struct|fdtable)->\w+ against (plain read|marked read|lock) in (alloc_files|init_fdtable|copy_fdtable|dup_fd) \/ \w+$/,
        line: /^unshare_files \(/,
      },
      { title: /^(refcount|use-after-free): .*files_struct/, line: /^restore_files \(/ },
    ],
    evidence:
      'exec makes a private copy of a shared table of descriptors in place, without task_lock (B20, until 2.6.18): for as ' +
      'long as the copy is made the task has no table, and a reader of /proc/PID/fd finds none, or one that no lock gave it. ' +
      'When it fails behind that, ' +
      'because a sharer of the memory dumps core, it puts the copy first and takes back the old table after: a reader in ' +
      'between counts up in freed memory.',
  })),
  {
    id: 'dump-waits-for-who-left',
    profile: 'desai-2005',
    seenAs: [dump(/^the core dump of \S+ waits for \d+ more, who left its memory$/)],
    evidence:
      'unshare(VM) leaves the memory without a look at core_waiters and without mmap_sem: a dumper that has counted the task ' +
      'waits for it for ever, and no signal ends that (B08).',
  },
  {
    id: 'dump-waits-for-stopped',
    profile: 'desai-2005',
    seenAs: [dump(/^the core dump of \S+ waits for \S+, which has stopped$/)],
    evidence:
      'a thread takes SIGSTOP out when its group is ending already, marks that, and stops with SIGKILL pending; the core dump ' +
      'waits for it, and nothing wakes it any more (B15, until 2.6.14).',
  },
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'dump-waits-for-exec',
    profile,
    seenAs: [dump(/^the core dump of \S+ waits for \S+, which waits in exec for others to die$/)],
    evidence:
      'a thread that execs waits until the others of its group are released, and no signal ends that; one of them dumps core, or ' +
      'waits in exit for a dump, and the dump waits for the one that execs. In one group until 2.6.15, where do_coredump ' +
      'began to ask whether the group is ending; with a dumper of another group that shares the memory later, too.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'born-stopped-without-lock',
    profile,
    seenAs: [
      { ...race('task_struct->(pending|sigpending)', '.*'), line: /^start_stopped \(/ },
      race('task_struct->state', '(start_stopped / \\w+|\\w+ / start_stopped)'),
      {
        title: /^deadlock: every task sleeps and nobody can wake one in schedule$/,
        line: /^\S+ has stopped, was killed, and sleeps on: it was born so$/,
      },
    ],
    evidence:
      'a child of clone(CLONE_STOPPED) can be found by its number when its SIGSTOP is entered and its state stored, under no ' +
      'lock: what somebody sends it at this moment is lost, SIGKILL included (B40, as long as there was the flag).',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'attach-in-two-sections',
    profile,
    seenAs: [
      {
        title: new RegExp(
          '^(assert: (tracer of a task that is not traced|nr_threads differs from the task list|traced child of two real parents) in ' +
            '|use-after-free: .* in force_sig_specific$)',
        ),
        line: /^ptrace_attach_2_6 \(/,
      },
      race('task_struct->sighand', '(\\w+ / force_sig_specific|force_sig_specific / \\w+)'),
      race('task_struct->ptrace', '((mark_traced|ptrace_traceme) / \\w+|\\w+ / (mark_traced|ptrace_traceme))'),
    ],
    evidence:
      'attach marks a task under task_lock and links it under tasklist_lock; one that is released in between, or whose place ' +
      'another thread takes by exec, is linked all the same, and sent SIGSTOP without handlers to look at (B12, until 2.6.17). ' +
      'Whoever asks under tasklist_lock whether a task is traced may find the mark alone; TRACEME sets it under no lock.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'detached-when-dead',
    profile,
    seenAs: [race('task_struct->exit_code', '((detach|request)_2_6 / \\w+|\\w+ / (detach|request)_2_6)')],
    evidence:
      'ptrace asks whether the task is stopped and then leaves a signal in its exit_code under no lock, or another; one that ' +
      'was killed meanwhile has its status there (B63).',
  })),
  {
    id: 'detached-twice',
    profile: 'desai-2005',
    seenAs: [{ title: /^assert: kernel BUG in __ptrace_unlink$/, line: /^detach_2_6 \(/ }],
    evidence:
      'DETACH asks whether the task is traced and stopped, and takes tasklist_lock after; when the task was killed meanwhile, and ' +
      'another thread of the tracer has collected it, it is traced by nobody (B63, until 2.6.16-rc4).',
  },
  ...(['desai-2005', 'linux-2.6.16', 'linux-6'] as const).map((profile) => ({
    id: 'wait-for-who-was-given-away',
    profile,
    seenAs: [
      {
        title: /^deadlock: every task sleeps and nobody can wake one in schedule$/,
        line: /^\S+ sleeps in a wait for \S+, who was given to another$/,
      },
    ],
    evidence:
      'a thread that traces a task lets go of it, or exits, while another thread of its group waits for that task. A wait looks ' +
      'again when one of the children has news; that one of them is a child no more wakes nobody, in Linux to this day.',
  })),
  ...(['desai-2005', 'linux-2.6.16'] as const).map((profile) => ({
    id: 'zombie-given-back',
    profile,
    seenAs: [race('task_struct->exit_state', '(forget_original_parent / wait_task_zombie)', 'marked ')],
    evidence:
      'a wait that cannot store the status makes the child it has claimed a zombie again, under no lock; a parent that exits ' +
      'at this moment takes the child for one that is being released, and tells nobody of it ("is this safe?", Linux asked ' +
      'there). Linux 6 releases the child all the same.',
  })),
];

/** The known finding that a report is about, or undefined. `lines` are what the report says below its title. */
export function knownFinding(profile: ProfileName, title: string, lines: readonly string[]): KnownFinding | undefined {
  const sees = (sight: Sight): boolean =>
    sight.title.test(title) && (sight.line === undefined || lines.some((line) => sight.line?.test(line.trim())));
  return knownFindings.find((known) => known.profile === profile && known.seenAs.some(sees));
}
