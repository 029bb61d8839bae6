/**
 * The command as few files: dist/bundle, made of the compiled modules as they stand in a built directory. A module that is
 * read by itself costs a millisecond, whatever is in it, and a search needs four hundred.
 *
 *   entries     main.js, which package.json names, and the threads that it starts
 *   chunks      what several of them, or of the commands, have in common: each reads what it needs, and no more
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
/** What is begun with, by its name there; `program` and `thread` for tests, which perform many commands in one thread. */
const ENTRIES = { main: 'src/cli/main.js', program: 'src/cli/program.js', thread: 'src/cli/thread.js' };
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
function modulesOf(built, outside) {
  const named = new Set();
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
    buildEnd(error) {
      const missed = THREADS.filter((name) => !named.has(name));
      if (error === undefined && missed.length > 0) throw new Error(`nobody starts ${missed.join(', ')}`);
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
  const entries = [...Object.entries(ENTRIES), ...THREADS.map((name) => [name, `workers/${name}.js`])];
  const whole = await rolldown({
    input: Object.fromEntries(entries.map(([name, path]) => [name, join(built, path)])),
    platform: 'node',
    // A compiled module is what it does: nothing of it is left out.
    treeshake: false,
    external: OUTSIDE,
    plugins: [modulesOf(built, closure(join(built, 'stepped/kernel.js')))],
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await whole.write({
    dir: join(built, FOLDER),
    chunkFileNames: '[name].js',
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await whole.close();
  writeFileSync(join(built, FOLDER, LICENCES), licencesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));
}
