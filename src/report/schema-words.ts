/** Kinds of values that the schemas of documents are made of. */
import * as v from 'valibot';
import { bugKinds } from '../machine/fault.ts';

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
/** A time, or a rate. */
export const amount = v.pipe(v.number(), v.minValue(0));
export const text = v.nullable(v.string());
export const kind = v.picklist(bugKinds);
