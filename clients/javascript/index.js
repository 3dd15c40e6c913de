/**
 * Client of the Bincang chat backend. The whole of it:
 *
 *   import { connect } from '/client/index.js';
 *
 *   const connection = connect({ guest: 'Ana' });            // or { url, token: async () => '…' }
 *   connection.on('state', ({ state, waitMs }) => …);         // connecting (it keeps trying) · open · closed
 *
 *   const room = connection.room('general');
 *   room.on('message', ({ from, text, time }) => …);
 *   room.on('gap',   ({ fromSeq, toSeq }) => …);              // these were not delivered: load them by history
 *   room.on('reset', ({ from }) => …);                        // drop all after `from`; what is true follows by itself
 *   await room.join({ last: 50 });                            // or { after: position }, or from now on
 *   const { id, seq, time } = await room.send('hi');          // resolves once it is in the log; safe over broken links
 *   const { events, more } = await room.history({ before: id, limit: 50 });
 *   await room.leave();
 *   connection.close();
 *
 * Events come at least once on the wire, once to a listener.
 */

import { Connection } from './connection.js';

export { adviceOf, BincangError } from './errors.js';
export { newKey } from './key.js';
export { Connection } from './connection.js';
export { Room, seqOf } from './room.js';

/**
 * @typedef {object} Options
 * @property {string | (() => string | Promise<string>)} [url] of the endpoint, ws: or http:, relative to the page;
 *   `/ws` of the page's own server if left out
 * @property {string} [guest] the name to be known by, where guests are allowed
 * @property {string | (() => Promise<string>)} [token] a bearer token, or what fetches one (asked at each attempt
 *   and when the server says that the token expires); beside `guest` the signed token kept from an earlier visit
 * @property {typeof WebSocket} [WebSocket] where there is no global one
 * @property {import('./socket.js').Clock} [clock]
 * @property {() => number} [random] uniform in [0, 1)
 * @property {any} [page] what fires `online` and has a document that fires `visibilitychange`
 */

/**
 * Connects, and stays connected until told otherwise. Returns at once, in the state `connecting`.
 * @param {Options} [options]
 * @returns {Connection}
 */
export function connect(options = {}) {
  if (options.guest === undefined && options.token === undefined) throw new TypeError('connect needs a guest or a token');
  const { url = '/ws' } = options;
  return new Connection({
    page: globalThis,
    WebSocket: globalThis.WebSocket,
    clock: {
      now: () => Date.now(),
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    },
    random: Math.random,
    ...options,
    url: typeof url === 'function' ? async () => endpoint(await url()) : endpoint(url),
  });
}

/** @param {string} url */
function endpoint(url) {
  const address = new URL(url, globalThis.location?.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}
