/**
 * A rule of the linter (.oxlintrc.json has the floors, top to bottom): a file imports from its own folder and from lower
 * floors, and from no other. Imports of types and of files that are loaded later count like any other.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Number of the floor, counted from the top, and the folder or file of it that holds a path; the longest that fits. */
function placeOf(path, floors) {
  let place;
  for (const [floor, folders] of floors.entries()) {
    for (const folder of folders) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      if (place === undefined || folder.length > place.folder.length) place = { floor, folder };
    }
  }
  return place;
}

const rule = {
  meta: { schema: [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }] },
  create(context) {
    const [floors] = context.options;
    const file = relative(root, context.filename);
    const from = placeOf(file, floors);
    const check = (node) => {
      const name = node?.value;
      if (typeof name !== 'string' || !name.startsWith('.')) return;
      const target = join(dirname(file), name);
      const to = placeOf(target, floors);
      if (to === undefined) context.report({ node, message: `${target} is on no floor` });
      else if (from !== undefined && from.folder !== to.folder && from.floor >= to.floor)
        context.report({ node, message: `${from.folder} imports ${target}, which is not below it` });
    };
    return {
      Program(node) {
        if (from === undefined) context.report({ node, message: `${file} is on no floor: .oxlintrc.json lists them` });
      },
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source, argument }) => check(source ?? argument?.literal ?? argument),
    };
  },
};

export default { meta: { name: 'floors' }, rules: { down: rule } };
