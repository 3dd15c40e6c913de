import { BincangError } from './errors.js';

/** The forms of an application's arguments. An argument of another form is a `bad_request`, and is not sent. */

/** @type {Record<string, RegExp | ((value: any) => unknown)>} */
const FORMS = {
  room: /^([a-z0-9][a-z0-9._-]{0,63}|@([\w.-]|%[\dA-F]{2})+)$/,
  id: /^(0|[1-9]\d{0,14})-(0|[1-9]\d{0,9})$/,
  key: /^[\w-]{1,64}$/,
  text: /[^]/,
  count: (value) => Number.isInteger(value) && value >= 0,
  ms: (value) => value > 0 && value < 2 ** 31,
  signal: (value) => value.addEventListener,
  function: (value) => typeof value === 'function',
  list: (value) => Array.isArray(value) && value.length,
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object',
};

/** Whether a value has a form. @param {any} value @param {string} form one of FORMS */
export function fits(value, form) {
  const holds = FORMS[form];
  return value != null && (holds instanceof RegExp ? typeof value === 'string' && holds.test(value) : holds(value));
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} form
 * @param {boolean} [optional] null and undefined are allowed
 */
export function check(name, value, form, optional) {
  if (!(optional && value == null || fits(value, form))) throw new BincangError('bad_request', `${name}: not a ${form}`);
}

/**
 * Checks the options of a call, and returns those that are known.
 * @template {object} T
 * @param {T | null | undefined} options
 * @param {Record<string, string>} [forms]
 * @returns {T}
 */
export function checked(options, forms) {
  check('options', options, 'object', true);
  const given = /** @type {any} */ (options ?? {});
  const known = Object.entries({ ...forms, signal: 'signal', timeoutMs: 'ms' }).map(([name, form]) => {
    check(name, given[name], form, true);
    return [name, given[name] ?? undefined];
  });
  if (given.signal?.aborted) throw gaveUp(given.signal);
  return Object.fromEntries(known);
}

/** The error of a cancelled call. @param {AbortSignal} [signal] */
export function gaveUp(signal) {
  return new BincangError('aborted', 'given up', { cause: signal?.reason });
}

/**
 * Returns the promise with the time limit and the signal of its caller.
 * @template T
 * @param {import('./index.js').Clock} clock
 * @param {import('./index.js').Patience} patience
 * @param {Promise<T>} promise
 * @param {(error: BincangError) => void} [abandon] is called when the caller stops waiting
 * @returns {Promise<T>}
 */
export function within(clock, { signal, timeoutMs }, promise, abandon) {
  if (!signal && !timeoutMs) return promise;
  return new Promise((resolve, reject) => {
    /** @param {BincangError} error */
    const stop = (error) => {
      over();
      abandon?.(error);
      reject(error);
    };
    const aborted = () => stop(gaveUp(signal));
    const timer = timeoutMs && clock.setTimeout(() => stop(new BincangError('timeout', 'no answer in time', { retry: true })), timeoutMs);
    const over = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted);
    promise.finally(over).then(resolve, reject);
  });
}
