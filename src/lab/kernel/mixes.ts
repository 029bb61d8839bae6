/** Mixes of system calls for so many CPUs: each is the text of a program whose drivers loop for ever. */

export interface Mix {
  readonly name: string;
  readonly about: string;
  text(cpus: number): string;
}

const repeat = (count: number, lines: readonly string[]): string =>
  Array.from({ length: count }, () => lines.map((line) => `        ${line}\n`).join('')).join('');

const drivers = (cpus: number, body: string): string =>
  Array.from({ length: cpus }, (_, i) => `task d${i}:\n${body}`).join('');

/** Calls on one task's parts: no name is looked up, since names share the root directory. */
const PARTS = ['getppid()', 'umask(0o22)', 'mem[0] = 1', 'sigaction(USR1, IGN)', 'fdget(0)', 'lseek(0, 0)'];
const KID = 'task kid:\n    exit(0)\n';
const CLONE_AND_WAIT = '        c = clone(VM|FS|FILES|SIGHAND) -> kid\n        wait()\n';

export const mixes: readonly Mix[] = [
  {
    name: 'private',
    about: 'each CPU has a task of its own that shares nothing but the namespace',
    text: (cpus) => drivers(cpus, `    fd = open("/f")\n    repeat forever:\n${repeat(8, [...PARTS, 'unshare(FS)'])}`),
  },
  {
    name: 'shared-task',
    about: 'tasks that share memory, fs part, files and handlers use them',
    text: (cpus) => {
      const others = Array<string>(cpus - 1).fill('    c = clone(VM|FS|FILES|SIGHAND) -> other\n');
      const loop = `    repeat forever:\n${repeat(8, PARTS)}`;
      // A task that nobody clones would be one of the first, with parts of its own.
      const other = others.length > 0 ? `task other:\n${loop}` : '';
      return `task d0:\n    fd = open("/f")\n${others.join('')}${loop}${other}`;
    },
  },
  {
    name: 'names',
    about: "names are looked up and files opened: the root directory and its mount are everybody's",
    text: (cpus) =>
      drivers(
        cpus,
        `    repeat forever:\n${repeat(4, ['fd = open("/f")', 'close(fd)', 'access("/a/fa")', 'chdir("/b")'])}`,
      ),
  },
  {
    name: 'tasklist',
    about: 'children are cloned, exit and are waited for: tasklist_lock for writing',
    text: (cpus) => `${drivers(cpus, `    repeat forever:\n${CLONE_AND_WAIT}`)}${KID}`,
  },
  {
    name: 'unshare-churn',
    about: 'children are cloned with everything shared and take fs part and files back',
    text: (cpus) =>
      `${drivers(cpus, `    repeat forever:\n${CLONE_AND_WAIT}`)}task kid:\n    unshare(FS|FILES)\n    exit(0)\n`,
  },
  {
    name: 'readers',
    about: 'tasks are looked for by number, nine times for each child: tasklist_lock mostly for reading',
    text: (cpus) => `${drivers(cpus, `    repeat forever:\n${repeat(9, ['kill(1, 0)'])}${CLONE_AND_WAIT}`)}${KID}`,
  },
];
