/**
 * The command as few files: dist/bundle, made of the compiled modules as they stand in a built directory. A module that is
 * read by itself costs a millisecond, whatever is in it, and a search needs four hundred.
 *
 *   entries     main.js, which package.json names, and the threads that it starts
 *   chunks      what several of them, or of the commands, have in common: each reads what it needs, and no more
 *
 * What is true of the modules stays true. A thread has the bundle or the modules of src, never both, and the few modules
 * that the stepped kernel imports stay outside of the bundle, so that there is one of each. A place is named as seen from
 * the module that names it (`import.meta.url`). The maps lead back to the TypeScript. Packages are left to Node.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const FOLDER = 'bundle';
/** What is begun with, by its name there; `program` and `thread` for tests, which perform many commands in one thread. */
const ENTRIES = { main: 'src/cli/main.js', program: 'src/cli/program.js', thread: 'src/cli/thread.js' };
/** Threads of the command, of which there may be many, or whose start a person waits for. */
const THREADS = ['command', 'explorer'];

const IMPORTED = /^(?:import|export) .*? from '(\..*?)';$/gm;
const THREAD = new RegExp(`\\bworkers/(${THREADS.join('|')})\\.js'`, 'g');

/** What does not come out as it must. */
class BundleError extends Error {}

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
      if (error === undefined && missed.length > 0) throw new BundleError(`nobody starts ${missed.join(', ')}`);
    },
  };
}

/** Bundles what is built there; the number of files. */
export async function bundle(built) {
  const entries = [...Object.entries(ENTRIES), ...THREADS.map((name) => [name, `workers/${name}.js`])];
  const whole = await rolldown({
    input: Object.fromEntries(entries.map(([name, path]) => [name, join(built, path)])),
    platform: 'node',
    // A compiled module is what it does: nothing of it is left out.
    treeshake: false,
    external: /^[^./]/,
    plugins: [modulesOf(built, closure(join(built, 'stepped/kernel.js')))],
    onLog: (level, { message }) => {
      if (level === 'warn') throw new BundleError(message);
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
  return output.filter(({ type }) => type === 'chunk').length;
}
