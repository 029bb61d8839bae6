#!/usr/bin/env node
/** The command line. What it does: program.ts; exit codes: docs/cli.md. */
import { Door } from './door.ts';

new Door(process.argv.slice(2)).open();
