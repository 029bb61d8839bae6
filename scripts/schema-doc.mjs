/** Writes docs/schema.json from the schemas of the JSON documents; with --check says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { documentSchemas, schemaParts } from '../dist/src/report/document-schemas.js';

const any = v.variant('command', Object.values(documentSchemas));
const schema = toJsonSchema(any, { definitions: { ...schemaParts, ...documentSchemas } });
const file = new URL('../docs/schema.json', import.meta.url);
const text = `${JSON.stringify(schema, null, 1)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/schema.json is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
