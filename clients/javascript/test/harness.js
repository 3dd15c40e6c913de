import { connect } from '../index.js';
import { FakeClock, settle } from './fake-clock.js';
import { FakeHttp } from './fake-http.js';
import { FakeServer } from './fake-server.js';

/** A server, a clock and a client of theirs, by WebSocket unless told otherwise; random is ½. */
export function given(options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  server.now = clock.now;
  return client({ clock, server, http: new FakeHttp(server, clock) }, { transports: ['websocket'], ...options });
}

/** One more client of what `given` gave, or the same after a reload. */
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

/** A room joined from now on, with all it says kept in `seen`. */
export async function joined(connection, id = 'general', from = {}) {
  const room = connection.room(id);
  const seen = [];
  for (const type of ['event', 'gap', 'reset', 'denied']) room.on(type, (frame) => seen.push(frame));
  await room.join(from);
  await settle();
  return { room, seen, texts: () => seen.filter((frame) => frame.text).map((frame) => frame.text) };
}

/** The commands of that type that the server has had. */
export function commands(server, type) {
  return server.received.filter((command) => command.type === type);
}

/** As of sessionStorage. */
export function memory() {
  const kept = new Map();
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
}
