/**
 * What nearly every recording contains, for the compressor: with it a recording fits in a line of chat. Part of format
 * version 1: changing a character makes every recording unreadable.
 */
const MODULE = `import { READ_ONCE, WRITE_ONCE, load, store, cmpxchg, xchg, xadd, smp_mb, assert } from 'tasklock/bus';
const LOCK = 4096;
export const cpus = [
export function setup(): void {
export function invariant(): boolean {
export function finished(): boolean {
function spin_lock(lock: number): void {
  return load(
`;

const PROGRAM = `repeat forever:
    while flag == 0: sched_yield()
    barrier gate 2
    waitpid(-1, WNOHANG)
    readlink("/proc/self/cwd")
    stat("/proc/
    tmpfs("/tmp")
    bind("/a", "/b")
    umount("/b", DETACH)
    mkdir("/tmp/a")
    chdir("/a")
    kill(
    getcwd()
    fd = open("/f")
    close(fd)
    exec()
    expect r == 0
    if r == 0:
        unshare(NEWNS)
    r = unshare(VM|SIGHAND|FILES|SYSVSEM|THREAD)
    c = clone(FS|FILES|VM|SIGHAND|THREAD) -> child
always not parent shares fs with child
shared flag, gate
profile linux-6
profile desai-2005
cpus 3
task reader:
    repeat 3:
task child uid 1000:
    exit(0)
`;

const TITLES = `data-race: deadlock: no CPU can go on in livelock: no end under a fair schedule in lock-order: \
lock still held at return to user in refcount: leak: spec: isolation: double-free: object freed twice in \
use-after-free: pointer read from freed memory in use-after-free: freed object written to in sys_unshare \
copy_process do_exit release_task task_lock task_struct namespace sighand fs_struct files_struct mm_struct`;

const MODULE_HEADER = `"subject":{"kind":"module","name":".ts","text":"import ","settings":{}},"profile":null,"mutant":null,\
"model":"tso","cpus":2,"seed":1,"strategy":"dpor","verdict":{"title":"use-after-free: ","kind":"use-after-free"},\
"steps":1,"finalHash":"","strategy":"dfs","strategy":"pos","strategy":"pct"`;

const SCENARIO_HEADER = `{"tasklock":"0.1.0","buildId":"","subject":{"kind":"scenario","name":".prog","text":\
"profile linux-2.6.16\\ncpus 2\\ntask parent:\\n    c = clone(FS) -> child\\n    r = unshare(FS)\\n    wait()\\n    exit(0)\\n\
task child:\\n"},"profile":"linux-2.6.16","mutant":null,"model":"sc","cpus":2,"seed":1,"strategy":"random","verdict":\
{"title":"assert: ","kind":"assert"},"steps":1,"finalHash":"","checkers":["use-after-free","refcount","lock-order",\
"sleep-in-atomic","deadlock","livelock","data-race","spec","leak"],"stepBound":20000}`;

export const dictionary = Buffer.from(
  JSON.stringify(MODULE) + JSON.stringify(PROGRAM) + TITLES + MODULE_HEADER + SCENARIO_HEADER,
);
