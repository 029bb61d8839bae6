/** What `$env` holds of the language, by the names of names.ts. The world adds what it knows alone: `globals` and more. */
import type { LanguageName } from '../names.ts';
import { effect, element, get, name, set, shared, writes } from './access.ts';
import { iterateAsync, giveAll } from './async-iterate.ts';
import { call, call0, call1, call2, call3, method, method0, method1, method2, method3 } from './call.ts';
import { create, noAccessor, once, returned, self, superCreate, superGet, superSet } from './construct.ts';
import { flow } from './flow.ts';
import { declare, fn, infos, key, renamed, rest } from './functions.ts';
import {
  above,
  from,
  has,
  iterate,
  spread,
  spreadArguments,
  spreadKeys,
  spreadObject,
  strings,
  take,
} from './iterate.ts';
import { loop } from './loops.ts';
import { BEGAN, give, wait } from './markers.ts';
import { define, make, members, object, statics } from './members.ts';
import { exportAll, exportAs, notDefined, owns, readOnly } from './modules.ts';
import { is } from './primordials.ts';
import './natives/natives.ts';
import './promise/constructor.ts';
import { Return } from './stamps.ts';
import { run, takeTarget } from './sync.ts';

export type Language = Readonly<Record<Exclude<LanguageName, 'importModule' | 'meta' | 'ownThis'>, unknown>>;

export const language: Language = {
  element,
  get,
  set,
  shared,
  name,
  call,
  call0,
  call1,
  call2,
  call3,
  method,
  method0,
  method1,
  method2,
  method3,
  create,
  superCreate,
  fn,
  declare,
  run,
  takeTarget,
  rest,
  infos,
  object,
  key,
  renamed,
  members,
  statics,
  make,
  define,
  self,

  returned,
  Return,
  once,
  superGet,
  superSet,
  noAccessor,
  iterate,
  iterateAsync,
  take,
  from,
  spread,
  spreadArguments,
  spreadObject,
  spreadKeys,
  has,
  above,
  strings,
  give,
  giveAll,
  wait,
  began: BEGAN,
  loop,
  effect,
  writes,
  is,
  flow,
  exports: exportAs,
  exportAll,
  owns,
  readOnly,
  notDefined,
};
