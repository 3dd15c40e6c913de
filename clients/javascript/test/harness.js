import { connect } from '../index.js';
import { FakeClock, settle } from './fake-clock.js';
import { FakeHttp } from './fake-http.js';
import { FakeServer } from './fake-server.js';

/** A server, a clock and a client, by default over WebSocket. Random numbers are ½. */
export function given(options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  server.now = clock.now;
  return client({ clock, server, http: new FakeHttp(server, clock) }, { transports: ['websocket'], ...options });
}

/** Another client of the same server and clock, or the same client after a reload. */
export function client({ clock, server, http }, options = {}) {
  const page = Object.assign(new EventTarget(), { document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) });
  const connection = connect({
    url: 'ws://127.0.0.1/ws', guest: 'Ana', WebSocket: server.WebSocket, fetch: http.fetch, clock, random: () => 0.5, page, ...options,
  });
  const states = [];
  let first = true; // how it is, not a change
  connection.on('state', (change) => first ? (first = false) : states.push(change));
  return { clock, server, http, page, connection, states };
}

/** A joined room, starting at the newest event. `seen` records all its events. */
export async function joined(connection, id = 'general', from = {}) {
  const room = connection.room(id);
  const seen = [];
  for (const type of ['event', 'gap', 'reset', 'denied']) room.on(type, (frame) => seen.push(frame));
  await room.join(from);
  await settle();
  return { room, seen, texts: () => seen.filter((frame) => frame.text).map((frame) => frame.text) };
}

/** The received commands of this type. */
export function commands(server, type) {
  return server.received.filter((command) => command.type === type);
}

/** A store like sessionStorage. */
export function memory() {
  const kept = new Map();
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
}
