/**
 * Message passing: data first, then the flag that says it is there. Verdict: pass. With `--set DATA_FIRST=0` the flag
 * goes up too early: "assert: the flag is up and the data is not there in receiver".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const DATA_FIRST = 1;

const DATA = 0x1000;
const FLAG = 0x1004;

function sender(): void {
  if (DATA_FIRST) store(DATA, 42);
  store(FLAG, 1);
  if (!DATA_FIRST) store(DATA, 42);
}

function receiver(): void {
  while (load(FLAG) === 0) cpu_relax();
  assert(load(DATA) === 42, 'the flag is up and the data is not there');
}

export const cpus = [sender, receiver];
