/** Functions of Node that read all that they are given, however deep, and write nothing of it. */
import assert from 'node:assert';
import buffer from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import util from 'node:util';

const prototypeOf = (object: object): Record<string, Function> =>
  Object.getPrototypeOf(object) as Record<string, Function>;
const hash = prototypeOf(createHash('md5'));
const hmac = prototypeOf(createHmac('md5', ''));

export const readers: readonly Function[] = [
  ...[assert, assert.strict].flatMap((one) => [
    one.deepEqual,
    one.deepStrictEqual,
    one.notDeepEqual,
    one.notDeepStrictEqual,
  ]),
  util.inspect,
  util.format,
  util.formatWithOptions,
  util.isDeepStrictEqual,
  hash.update,
  hmac.update,
  StringDecoder.prototype.write,
  StringDecoder.prototype.end,
  timingSafeEqual,
  buffer.isAscii,
  buffer.isUtf8,
  buffer.transcode,
].filter((one) => one !== undefined);
