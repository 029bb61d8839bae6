/** Writes docs/schema.json from the schemas of the JSON documents; with --check says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { documentSchemas } from '../dist/src/report/document-schemas.js';

const documents = Object.fromEntries(
  Object.entries(documentSchemas).map(([command, schema]) => {
    const { $schema: _, ...rest } = toJsonSchema(schema);
    return [command, rest];
  }),
);
const whole = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'JSON documents of tasklock explore, replay and minimize; made by npm run docs',
  definitions: documents,
  anyOf: Object.keys(documents).map((command) => ({ $ref: `#/definitions/${command}` })),
};
const file = new URL('../docs/schema.json', import.meta.url);
const text = `${JSON.stringify(whole, null, 1)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/schema.json is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
