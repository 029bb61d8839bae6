/**
 * The command as few files: dist/bundle, made of the compiled modules as they stand in a built directory. A module that is
 * read by itself costs a millisecond, whatever is in it, and a search needs four hundred.
 *
 *   entries     main.js, which package.json names, and the threads that it starts
 *   chunks      what several of them, or of the commands, have in common: each reads what it needs, and no more
 *   *.cache     what V8 made of the chunks that most searches read (code-cache.mjs)
 *
 * They are scripts, not modules: Node's loader of modules takes longer than reading them, and V8 keeps no code of modules.
 * The first thread and the threads of CPUs are bundled each by itself: they have nothing to share with a command, and of one
 * file each is up in half of the time.
 *
 * What is true of the modules stays true. A thread has the bundle or the modules of src, never both: the stepped kernel and
 * all that it imports are inside. A place is named as seen from the module that names it (`import.meta.url`). The maps lead
 * back to the TypeScript. Packages are inside, with their licences, but for those with threads of their own; a binary is
 * looked for where its package lies.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { direct } from './direct.mjs';

const FOLDER = 'bundle';
/** The URL of a file of the bundle, in it. */
const HERE = '$here';
/** Commands that search nothing, and would read in vain. */
const OTHERS = ['run', 'conform', 'stress', 'list', 'doctor'].map((name) => `src/cli/${name}.js`);

/**
 * What is bundled together, what is begun with by its name there: `program` and `thread` for tests, which perform many
 * commands in one thread. Names of chunks begin with the prefix.
 *
 * `chunks`: files that hold what is read together in any case, in place of many small ones. A module is in the first that
 * has it: what all of `all` import, or any of `any`, and none of `none`.
 */
const BUNDLES = [
  { prefix: 'main-', chunks: [], entries: { main: 'src/cli/main.js' } },
  {
    prefix: 'cpu-',
    chunks: [{ name: 'first', all: ['src/smp/cpu.js'] }],
    entries: { 'cpu-begun': 'workers/cpu.js' },
  },
  { prefix: 'cached-', chunks: [], entries: { 'cached-scripts': 'src/base/cached-scripts.js' } },
  {
    prefix: '',
    // What calls each other all the time is in one of them: from one to another costs more.
    chunks: [
      { name: 'first', any: ['src/cli/program.js', 'src/cli/thread.js'] },
      { name: 'searches', any: ['src/cli/explore.js', 'src/explore/subject/module-subject.js'], none: OTHERS },
    ],
    entries: {
      program: 'src/cli/program.js',
      thread: 'src/cli/thread.js',
      'command-begun': 'workers/command.js',
      'explorer-begun': 'workers/explorer.js',
      'part-begun': 'workers/part.js',
    },
  },
];
/** Threads and processes that begin with what V8 has made of their scripts: here under their names, which lead to those above. */
const CACHED = ['command', 'explorer', 'part', 'cpu'];
/** Threads and processes of the command, of which there may be many, or whose start a person waits for. */
const THREADS = ['command', 'explorer', 'cpu', 'part'];

const OUTSIDE = /^(?:node:|piscina$)/;
/** It has a binary, and looks for it from where it is. */
const WITH_BINARY = 'oxc-parser';
/** Of it, what is needed: the rest of the package is for others. */
const PARSER_PARTS = { whole: 'src-js/index.js', binding: 'src-js/bindings.js' };
/** What its module does that finds the binary, and what it takes of it then. */
const BINDING =
  /^([\s\S]*?)^(import \{ createRequire \}.*)\n(const require = .*)\n([\s\S]*?)^const \{ Severity,[\s\S]*$/m;
/** What a module of src finds by its place, and a bundle has inside. */
const KERNEL = "import(__rewriteRelativeImportExtension(new URL('kernel.js', folder).href))";
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
function modulesOf(built, named) {
  /** As seen from the bundle. */
  const seen = (path) => `../${relative(built, path).replaceAll(sep, '/')}`;
  const itself = (path) =>
    path.startsWith(join(built, sep))
      ? `new URL('${seen(path)}', ${HERE}).href`
      : `createRequire(${HERE}).resolve('${WITH_BINARY}')`;
  return {
    name: 'modules',
    load(path) {
      const isOurs = path.startsWith(join(built, sep));
      let code = readFileSync(path, 'utf8').replaceAll('import.meta.url', itself(path));
      if (!isOurs) return { code: parserPart(path, code) };
      if (path.endsWith('/kernel-subject.js')) {
        if (!code.includes(KERNEL)) throw new Error(`${path} has another way to the stepped kernel`);
        code = code.replace(KERNEL, `import('${join(built, 'stepped/kernel.js')}')`);
      }
      code = code.replaceAll(THREAD, (_, name) => {
        named.add(name);
        return `${FOLDER}/${name}.js'`;
      });
      const map = `${path}.map`;
      return existsSync(map) ? { code, map: readFileSync(map, 'utf8') } : { code };
    },
  };
}

/**
 * A module of the parser: the binary is looked for and read when something is parsed, for a scenario has nothing to parse. Its
 * other ways to a tree, which nobody asks for, are left out.
 */
function parserPart(path, code) {
  if (path.endsWith(`${WITH_BINARY}/${PARSER_PARTS.whole}`)) {
    return [
      "import { binding } from './bindings.js';",
      "import { wrap } from './wrap.js';",
      "export { default as visitorKeys } from './generated/visit/keys.js';",
      'export const parseSync = (...all) => wrap(binding().parseSync(...all));',
    ].join('\n');
  }
  if (!path.endsWith(`${WITH_BINARY}/${PARSER_PARTS.binding}`)) return code;
  const [, comment, imported, required, body] = BINDING.exec(code) ?? [];
  if (body === undefined) throw new Error(`${path} finds its binary in another way`);
  const { version } = JSON.parse(readFileSync(path.replace(PARSER_PARTS.binding, 'package.json'), 'utf8'));
  return `${comment}${imported}
/** Where package managers put it as a rule, if it is of this version; else it is looked for as the package does. */
function beside() {
  const kind = { linux: '-gnu', darwin: '' }[process.platform];
  if (kind === undefined || Object.keys(process.env).some((name) => name.startsWith('NAPI_RS_'))) return undefined;
  try {
    const load = createRequire(${HERE});
    const name = \`@oxc-parser/binding-\${process.platform}-\${process.arch}\${kind}\`;
    return load(\`\${name}/package.json\`).version === '${version}' ? load(name) : undefined;
  } catch {
    return undefined;
  }
}
function find() {
${required}
${body}
return nativeBinding;
}
let found;
export const binding = () => (found ??= beside() ?? find());
`;
}

/** Modules of Node that take milliseconds to read, and of which most commands need none: but where they are taken apart. */
const LATE = /\b(let|const) (\w+) = require\("(node:(?:child_process|crypto|os|v8|zlib))"\);(?!\n\2 = )/g;
const LATER = 'const $late = (name, it) => new Proxy({}, { get: (_, key) => (it ??= require(name))[key] });';
const BANNER = `const ${HERE} = require("node:url").pathToFileURL(__filename).href;`;

/**
 * A chunk as it is read in no time: some modules of Node when they are needed, and as ASCII, of which V8 takes half of the
 * time and of the memory. What of it is not ASCII is in a string.
 */
function quick(code) {
  const late = code.replace(LATE, (_, kind, name, module) => `${kind} ${name} = $late("${module}");`);
  // On the line of the banner, of which a chunk that names no place has a rest: the maps know of no other.
  const line = new RegExp(
    `^(?:const .here = )?${BANNER.slice(BANNER.indexOf('require')).replace(/[().]/g, '\\$&')}$`,
    'm',
  );
  if (!line.test(late)) throw new Error('a chunk without the banner');
  const told = late === code ? code : late.replace(line, (banner) => `${LATER} ${banner}`);
  return told.replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
  /** Threads that some module starts. */
  const named = new Set();
  const packed = [];
  for (const one of BUNDLES) packed.push(...(await bundleOf(built, one, modulesOf(built, named))));
  const missed = THREADS.filter((name) => !named.has(name));
  if (missed.length > 0) throw new Error(`nobody starts ${missed.join(', ')}`);
  for (const name of CACHED) {
    const text = `module.exports = new (require('./cached-scripts.js').CachedScripts)(__dirname).load('${name}-begun.js');\n`;
    writeFileSync(join(built, FOLDER, `${name}.js`), text);
  }
  writeFileSync(join(built, FOLDER, LICENCES), licencesOf(packed));
  writeFileSync(join(built, FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
}

/** Whether a module belongs to a chunk, by its path. */
function belongs(built, { all = [], any = [], none = [] }) {
  const closures = (names) => names.map((name) => closure(join(built, name)).add(join(built, name)));
  const [each, some, others] = [closures(all), closures(any), closures(none)];
  const isIn = (path) => each.every((one) => one.has(path)) && (any.length === 0 || some.some((one) => one.has(path)));
  return (path) => isIn(path) && !others.some((one) => one.has(path));
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
    onLog: (level, { code, message }) => {
      // What one command reads when it needs it, and another in any case, is where the other has it.
      if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(message);
    },
  });
  const { output } = await whole.write({
    dir: join(built, FOLDER),
    format: 'cjs',
    banner: BANNER,
    codeSplitting: { groups },
    chunkFileNames: `${prefix}[name].js`,
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await whole.close();
  const written = output.filter(({ type }) => type === 'chunk').map(({ fileName, code }) => [fileName, quick(code)]);
  for (const [name, code] of direct(new Map(written))) writeFileSync(join(built, FOLDER, name), code);
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}
