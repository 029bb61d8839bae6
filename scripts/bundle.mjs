/**
 * The command as few files: dist/bundle, made of the compiled modules as they stand in a built directory. A module that is
 * read by itself costs a millisecond, whatever is in it, and a search needs four hundred.
 *
 *   entries     main.js, which package.json names, and the threads that it starts
 *   chunks      what several of them, or of the commands, have in common: each reads what it needs, and no more
 *
 * The first thread and the threads of CPUs are bundled each by itself: they have nothing to share with a command, and of one
 * file each is up in half of the time.
 *
 * What is true of the modules stays true. A thread has the bundle or the modules of src, never both. What the stepped
 * kernel imports stays outside, so that there is one of it: a fault is the same fault wherever it is thrown. (A user's
 * module that takes a lock imports chosen-locks.js as well, where it finds that none is chosen: nobody who steps chooses.)
 * A place is named as seen from the module that names it (`import.meta.url`). The maps lead back to the TypeScript.
 * Packages that are nothing but text are inside, with their licences; those with threads or a binary of their own are not.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const FOLDER = 'bundle';
/** Commands that search nothing, and would read in vain. */
const OTHERS = ['run', 'conform', 'stress', 'list', 'doctor'].map((name) => `src/cli/${name}.js`);

/**
 * What is bundled together, what is begun with by its name there: `program` and `thread` for tests, which perform many
 * commands in one thread. Names of chunks begin with the prefix.
 *
 * `chunks`: files that hold what is read together in any case, in place of many small ones. A module is in the first that
 * has it: what all of `all` import, and none of `none`.
 */
const BUNDLES = [
  { prefix: 'main-', chunks: [], entries: { main: 'src/cli/main.js' } },
  { prefix: 'cpu-', chunks: [{ name: 'first', all: ['src/smp/cpu.js'] }], entries: { cpu: 'workers/cpu.js' } },
  {
    prefix: '',
    // Not command.js, which waits for what lies there.
    chunks: [
      { name: 'first', all: ['src/cli/program.js'] },
      { name: 'searches', all: ['src/cli/explore.js', 'src/cli/replay.js'], none: OTHERS },
      { name: 'module-subjects', all: ['src/explore/subject/module-subject.js'], none: OTHERS },
    ],
    entries: {
      program: 'src/cli/program.js',
      thread: 'src/cli/thread.js',
      command: 'workers/command.js',
      explorer: 'workers/explorer.js',
      part: 'workers/part.js',
    },
  },
];
/** Threads and processes of the command, of which there may be many, or whose start a person waits for. */
const THREADS = ['command', 'explorer', 'cpu', 'part'];

const OUTSIDE = /^(?:node:|piscina$|oxc-parser$)/;
const LICENCES = 'licences.txt';

const IMPORTED = /^(?:import|export) .*? from '(\..*?)';$/gm;
const THREAD = new RegExp(`\\bworkers/(${THREADS.join('|')})\\.js'`, 'g');

/** A module and all that it imports, by path. */
function closure(path, found = new Set()) {
  for (const [, name] of readFileSync(path, 'utf8').matchAll(IMPORTED)) {
    const imported = resolve(dirname(path), name);
    if (found.has(imported)) continue;
    found.add(imported);
    closure(imported, found);
  }
  return found;
}

/** Gives rolldown a compiled module: with its map, and with places as seen from where it was. */
function modulesOf(built, outside, named) {
  /** As seen from the bundle. */
  const seen = (path) => `../${relative(built, path).replaceAll(sep, '/')}`;
  return {
    name: 'modules',
    resolveId(name, from) {
      const path = resolve(dirname(from ?? built), name);
      return outside.has(path) ? { id: seen(path), external: 'absolute' } : null;
    },
    load(path) {
      if (!path.startsWith(join(built, sep))) return null;
      const itself = `new URL('${seen(path)}', import.meta.url).href`;
      const code = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', itself)
        .replaceAll(THREAD, (_, name) => {
          named.add(name);
          return `${FOLDER}/${name}.js'`;
        });
      return { code, map: readFileSync(`${path}.map`, 'utf8') };
    },
  };
}

/** What the packages of these modules ask to be kept with copies of them. */
function licencesOf(paths) {
  const folders = new Set(paths.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const texts = [...folders].sort().map((folder) => {
    const name = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (name === undefined) throw new Error(`${folder} has no licence`);
    return `${folder.replace(/^.*node_modules\//, '')}\n\n${readFileSync(join(folder, name), 'utf8').trim()}\n`;
  });
  return texts.join('\n\n');
}

/** Bundles what is built there. Throws when the bundler warns of anything. */
export async function bundle(built) {
  /** What the stepped kernel imports. */
  const stepped = closure(join(built, 'stepped/kernel.js'));
  /** Threads that some module starts. */
  const named = new Set();
  const packed = [];
  for (const one of BUNDLES) {
    const { prefix } = one;
    // A CPU's thread steps nothing.
    const outside = prefix === 'cpu-' ? new Set() : stepped;
    packed.push(...(await bundleOf(built, one, modulesOf(built, outside, named))));
  }
  const missed = THREADS.filter((name) => !named.has(name));
  if (missed.length > 0) throw new Error(`nobody starts ${missed.join(', ')}`);
  writeFileSync(join(built, FOLDER, LICENCES), licencesOf(packed));
}

/** Whether a module belongs to a chunk, by its path. */
function belongs(built, { all, none = [] }) {
  const closures = (names) => names.map((name) => closure(join(built, name)).add(join(built, name)));
  const [each, others] = [closures(all), closures(none)];
  return (path) => each.every((one) => one.has(path)) && !others.some((one) => one.has(path));
}

/** Writes what these entries need; the paths of what is inside. */
async function bundleOf(built, { prefix, chunks, entries }, modules) {
  const groups = chunks.map((one, i) => ({ name: one.name, test: belongs(built, one), priority: chunks.length - i }));
  const whole = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(built, path)])),
    platform: 'node',
    // A compiled module is what it does: nothing of it is left out.
    treeshake: false,
    external: OUTSIDE,
    plugins: [modules],
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await whole.write({
    dir: join(built, FOLDER),
    codeSplitting: { groups },
    chunkFileNames: `${prefix}[name].js`,
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await whole.close();
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}
