/**
 * The client of the Bincang chat backend. README.md documents it.
 *
 *   import { connect } from '/client/index.js';
 *
 *   const connection = connect({ guest: 'Ana' });
 *   const room = connection.room('general');
 *   room.on('message', ({ from, text }) => …);
 *   await room.join({ last: 50 });
 *   await room.send('hi');
 */

import { check } from './check.js';
import { Connection, LINKS } from './connection.js';
import { BincangError } from './errors.js';

export { Connection } from './connection.js';
export { adviceOf, BincangError } from './errors.js';
export { newKey } from './key.js';
export { seqOf } from './position.js';
export { Room } from './room.js';

/** @param {import('./index.js').Options} [given] */
export function connect(given) {
  check('options', given, 'object');
  const options = {
    page: globalThis,
    WebSocket: globalThis.WebSocket,
    fetch: globalThis.fetch?.bind(globalThis),
    clock: {
      now: Date.now,
      setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
      clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
    },
    random: Math.random,
    ...given,
  };
  const { guest, token, url = '/ws', urls = [url], transports: wanted = ['websocket', 'stream', 'longpoll'] } = options;
  check('guest', guest, 'text', true);
  if (typeof token !== 'function') check('token', token, 'text', guest != null);
  check('urls', urls, 'list');
  check('transports', wanted, 'list');
  const transports = wanted.filter((each) => LINKS[each] && options[each === 'websocket' ? 'WebSocket' : 'fetch']);
  if (transports.length === 0) throw new BincangError('bad_request', `transports: none of ${wanted} works here`);
  return new Connection({
    ...options,
    transports,
    urls: urls.map((each) => {
      if (typeof each === 'function') return async () => absolute(await each());
      try {
        const address = absolute(each);
        return async () => address;
      } catch (cause) {
        throw new BincangError('bad_request', `url: ${each}`, { cause });
      }
    }),
  });
}

/** @param {string} url */
function absolute(url) {
  if (typeof url !== 'string') throw new TypeError('a URL is a string');
  return new URL(url, globalThis.location?.href).href;
}
