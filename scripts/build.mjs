/**
 * npm run build: TypeScript to dist, then the kernel pass.
 *
 *   tsc          into a directory beside dist, so that a build that fails leaves the last good one alone
 *   check        src/kernel/*.ts against the kernel subset; `--check` ends here
 *   inline       numbers for layout tables, constants and _THIS_IP_, in dist/src/kernel and dist/src/machine
 *   facts        dist/sites.json, dist/build-info.json
 *   texts        dist/text: sources of lock algorithms
 *   twin         dist/stepped/kernel.js, the same kernel as resumable code, and the places where it can stop
 *   swap         the new directory becomes dist
 *
 * Exit code 1 when the sources are at fault, with one line per fault.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'dist');
/** Beside dist, not inside: the source maps name sources by relative path. */
const next = join(root, `dist-${process.pid}`);
/** Folders whose modules decide how an execution goes: their text is the build's identity. */
const IDENTITY = ['base', 'machine', 'kernel', 'stepped', 'stepper', 'scenario', 'check', 'boot', 'smp', 'explore'].map(
  (name) => `src/${name}`,
);
/** Folders whose modules get numbers for names. */
const FOLDERS = ['src/kernel', 'src/machine'];
/** Kernel modules whose tables are what the numbers come from. */
const KERNEL = 'src/kernel';

const filesIn = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();

class Refused extends Error {}

/** Compiles everything. With `tolerant` the types may be wrong, as long as there is a stepper to check with. */
function compile(tolerant) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', next], { cwd: root });
  if (status !== 0 && !(tolerant && existsSync(join(next, 'src/stepper/subset/subset.js'))))
    throw new Refused(`${stdout}${stderr}`.trim());
}

/** Checks every kernel source; returns how many there are. */
function checkKernel({ checkSubset, formatViolation }) {
  const files = filesIn(join(root, KERNEL), '.ts');
  const lines = files.flatMap((name) => {
    const file = `${KERNEL}/${name}`;
    return checkSubset(file, readFileSync(join(root, file), 'utf8')).map(formatViolation);
  });
  if (lines.length > 0) throw new Refused(lines.join('\n'));
  return files.length;
}

/** The compiled modules of the folders: path below dist, parsed text, constants. */
async function readModules({ parseSource, constantsOf }) {
  const modules = [];
  for (const folder of FOLDERS) {
    for (const name of filesIn(join(next, folder), '.js')) {
      const path = join(next, folder, name);
      const source = parseSource(`${folder}/${name}`, readFileSync(path, 'utf8'));
      modules.push({ path, source, constants: constantsOf(source, await import(pathToFileURL(path).href)) });
    }
  }
  return modules;
}

/** Rewrites the modules; returns the table of sites. */
function inlineModules({ parseSource, inlineConstants, sitesOf, isTableFile, UNKNOWN_SITE }, modules) {
  const constants = new Map(modules.map((module) => [module.path, module.constants]));
  const sites = [UNKNOWN_SITE];
  for (const { path, source } of modules) {
    if (source.file.startsWith(KERNEL) && isTableFile(source.file)) continue;
    const typescript = source.file.replace(/\.js$/, '.ts');
    const found = sitesOf(parseSource(typescript, readFileSync(join(root, typescript), 'utf8')));
    const { text, sites: numbered } = inlineConstants(source, {
      constantsOf: (from) => constants.get(resolve(dirname(path), from)),
      firstSite: sites.length,
    });
    if (numbered !== found.length) throw new Error(`${typescript}: ${found.length} sites became ${numbered}`);
    sites.push(...found);
    writeFileSync(path, text);
  }
  return sites;
}

function writeFacts(sites) {
  const hash = createHash('sha256');
  for (const folder of IDENTITY) {
    const names = readdirSync(join(next, folder), { recursive: true }).filter((name) => name.endsWith('.js'));
    for (const name of names.sort()) {
      hash.update(`${folder}/${name}\n`).update(readFileSync(join(next, folder, name)));
    }
  }
  const buildId = hash.digest('hex').slice(0, 16);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(next, 'sites.json'), `${JSON.stringify(sites, null, 1)}\n`);
  writeFileSync(join(next, 'build-info.json'), `${JSON.stringify({ buildId, version }, null, 1)}\n`);
  return buildId;
}

/** Entry functions of the stepped kernel. */
const ENTRIES = [
  ['src/kernel/cpu-loop.js', 'cpu_main'],
  ['src/kernel/usermode.js', 'user_step'],
  ['src/kernel/entry.js', 'system_call'],
];
const EXTERNAL = /\/(fault|layout|caches|locks|syscall-numbers)\.js$/;

/** Line of the TypeScript source behind a line of a compiled module. */
function sourceLines() {
  const maps = new Map();
  return (file, line) => {
    if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
    const entry = maps.get(file).findEntry(line - 1, 200);
    return 'originalLine' in entry ? entry.originalLine + 1 : line;
  };
}

/** Compiles the kernel into its stepped form; how many functions and scheduling points it has. */
async function writeTwin({ compile: compileStepped }) {
  const { PRIVATE_BYTES } = await import(pathToFileURL(join(next, 'src/machine/map.js')).href);
  const compiled = compileStepped({
    privateBytes: PRIVATE_BYTES,
    originalLine: sourceLines(),
    entries: ENTRIES.map(([file, name]) => ({ file: join(next, file), name })),
    read: (file) => readFileSync(file, 'utf8'),
    isExternal: (file) => EXTERNAL.test(file),
    importPath: (file) => `../${relative(next, file)}`,
  });
  const places = compiled.places.map((place) => ({
    function: place.function,
    file: relative(next, place.file).replace(/\.js$/, '.ts'),
    lines: place.lines,
  }));
  mkdirSync(join(next, 'stepped'));
  writeFileSync(join(next, 'stepped/kernel.js'), compiled.text);
  writeFileSync(join(next, 'stepped/places.json'), `${JSON.stringify(places)}\n`);
  const points = places.reduce((sum, place) => sum + Object.keys(place.lines).length - 1, 0);
  return `${places.length} stepped functions, ${points} scheduling points`;
}

/** Sources that are also read as text: lock algorithms and what is run on them, to be compiled as modules. */
const TEXTS = ['machine/locks', 'lab/workloads'];

function copyTexts() {
  for (const folder of TEXTS) cpSync(join(root, 'src', folder), join(next, 'text', folder), { recursive: true });
}

/** Makes the new directory dist. Another build may do the same at this moment: the last one stays. */
function swap() {
  const old = `${next}-old`;
  for (let attempt = 0; ; attempt++) {
    try {
      if (existsSync(target)) renameSync(target, old);
      renameSync(next, target);
      break;
    } catch (error) {
      if (attempt === 9) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

async function build(checkOnly) {
  mkdirSync(next);
  compile(checkOnly);
  const importNew = (path) => import(pathToFileURL(join(next, path)).href);
  const stepper = {};
  for (const name of [
    'source/source',
    'subset/subset',
    'kernel/constants',
    'kernel/inline',
    'kernel/sites',
    'compile/compile',
  ]) {
    Object.assign(stepper, await importNew(`src/stepper/${name}.js`));
  }
  const checked = checkKernel(stepper);
  if (checkOnly) return `${checked} kernel files keep to the subset`;
  const modules = await readModules(stepper);
  const sites = inlineModules(stepper, modules);
  const buildId = writeFacts(sites);
  copyTexts();
  const twin = await writeTwin(stepper);
  const main = join(next, 'src/cli/main.js');
  if (existsSync(main)) chmodSync(main, 0o755);
  swap();
  return `build ${buildId}: ${modules.length} kernel and machine modules, ${sites.length - 1} sites, ${twin}`;
}

// Ended in the middle, as npm run dev does when a file changes once more.
process.once('SIGTERM', () => {
  rmSync(next, { recursive: true, force: true });
  process.exit(143);
});

try {
  console.log(await build(process.argv.includes('--check')));
} catch (error) {
  if (!(error instanceof Refused) && error?.name !== 'SourceError') throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(next, { recursive: true, force: true });
}
