import { expect, test } from 'vitest';
import { program } from '../../dist/src/scenario/builder.js';
import { parseProgram } from '../../dist/src/scenario/parser.js';

test('gives the ast of the text', () => {
  const built = program({ profile: 'linux-6', cpus: 3, name: 'x' })
    .shared('flag', 'gate')
    .task('parent', (t) => {
      const c = t.clone('FS', 'child').as('c');
      const r = t.unshare(['FS', 'NEWNS']).as('r');
      t.expect(r, '==', 0);
      const w = t.wait(c).as('w');
      t.expect(w.code.as('code'), '==', 7);
      t.clone(0, 'child', 'USR1');
    })
    .task(
      'child',
      (t) => {
        t.chdir('/a').as('unused');
        t.repeat(3, () => t.mkdir('d', 0o755));
        t.forever(() => t.sched_yield());
        t.if(
          'flag',
          '<',
          2,
          () => t.set('flag', 1),
          () => t.set('x', 'flag', '+', -1),
        );
        t.while('x', '!=', 'EPERM', () => {
          t.load('x', 0).store(1, 'x');
        });
        t.barrier('gate', 2).set('x', 'parent', '>>', 1);
        t.syscall(120, { text: 'a"b' }, 'x');
        t.add('flag', 1);
        t.exit(0);
      },
      { uid: 1000 },
    )
    .always('getcwd(parent) == "/" or parent shares fs with child')
    .polydir('/tmp', '/inst')
    .build();
  const text = `profile linux-6
cpus 3
shared flag, gate
polydir "/tmp" "/inst"
task parent:
    c = clone(FS) -> child
    r = unshare(FS|NEWNS)
    expect r == 0
    w, code = wait(c)
    expect code == 7
    clone(0, USR1) -> child
task child uid 1000:
    unused = chdir("/a")
    repeat 3:
        mkdir("d", 0o755)
    repeat forever:
        sched_yield()
    if flag < 2:
        flag = 1
    else:
        x = flag - 1
    while x != EPERM:
        x = mem[0]
        mem[1] = x
    barrier gate 2
    x = parent >> 1
    syscall(120, "a\\"b", x)
    add(flag, 1)
    exit(0)
always getcwd(parent) == "/" or parent shares fs with child
`;
  expect(built.source).toBe(text);
  expect(built).toEqual(parseProgram(text, 'x'));
});

test('a result takes a register only when it is used', () => {
  const built = program()
    .task('a', (t) => {
      t.chdir('/');
      const r = t.mkdir('/a');
      const w = t.wait();
      t.expect(r, '==', 0).expect(w.code, '==', 0);
    })
    .build();
  expect(built.source.split('\n').slice(3, 6)).toEqual([
    '    chdir("/")',
    '    r1 = mkdir("/a")',
    '    r2, r3 = wait()',
  ]);
});

test('stat has the owner as a second result', () => {
  const built = program()
    .task('a', (t) => {
      const mode = t.stat('/f').as('m');
      t.expect(mode.owner, '==', 0).expect(mode, '==', 0o644);
    })
    .build();
  expect(built.source.split('\n')[3]).toBe('    m, r1 = stat("/f")');
});

test('a handler is a block beside the tasks, and sets of signals are arrays', () => {
  const built = program()
    .shared('n')
    .task('a', (t) => {
      t.sigaction('USR1', 'note', ['RESTART', 'NODEFER']);
      t.sigprocmask('BLOCK', ['USR1', 40]).as('before');
    })
    .handler('note', (t) => t.set('n', 1))
    .build();
  expect(built.source.split('\n').slice(3)).toEqual([
    'task a:',
    '    sigaction(USR1, note, RESTART|NODEFER)',
    '    before = sigprocmask(BLOCK, USR1|40)',
    'handler note:',
    '    n = 1',
    '',
  ]);
});

test('mistakes have a place in the printed text', () => {
  const wrong = program({ name: 'mine' }).task('ab', (t) => t.fork('ac'));
  expect(() => wrong.build()).toThrow('mine:4:15: expected a task name after "->", found "ac"; did you mean "ab"?');
  expect(() => program().always('a shares')).toThrow('always:1:9: expected one of fs, files');
});

test('operands have types', () => {
  program().task('a', (t) => {
    // @ts-expect-error FSX is no flag
    t.unshare('FSX');
    // @ts-expect-error mkdir needs a path
    t.mkdir();
    // @ts-expect-error fork needs a task
    t.fork();
    // @ts-expect-error only wait has an exit code
    t.expect(t.getpid().code, '==', 0);
    // @ts-expect-error and only stat an owner
    t.expect(t.wait().owner, '==', 0);
  });
});
