/** Forms of native functions: loaded for what they do. */
import './coerced.ts';
import './arrays.ts';
import './atomics.ts';
import './collections.ts';
import './functions.ts';
import '../proxy-calls.ts';
import './pure.ts';
import './reach.ts';
import './text.ts';
