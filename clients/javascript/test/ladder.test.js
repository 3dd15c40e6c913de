import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { problem } from './fake-http.js';
import { FakeServer } from './fake-server.js';
import { client, given, joined, memory } from './harness.js';

const all = (options = {}) => given({ transports: undefined, ...options });
/** A network in which WebSockets open and stay silent. */
const noSockets = (server) => {
  server.intercept = ({ type }) => (type === 'hello' ? 'silence' : undefined);
};
const noStreams = ({ accept }) => (accept === 'application/x-ndjson' ? 'silence' : undefined);

test('the WebSocket is the first choice, and if it opens nothing else is requested', async () => {
  const { connection, http } = all();
  await joined(connection);
  assert.deepEqual([connection.transport, http.requests.length], ['websocket', 0]);
});

test('after a refused WebSocket the client tries the stream at once', async () => {
  const { connection, server, states } = all();
  server.sockets = false;
  await settle();
  assert.deepEqual([connection.state, connection.transport], ['open', 'stream']);
  assert.equal(states.some(({ waitMs }) => waitMs !== undefined), false);
});

test('a WebSocket that opens and stays silent is abandoned within two seconds', async () => {
  const { connection, server, clock } = all();
  const told = [];
  connection.on('transport', (transport) => told.push(transport));
  noSockets(server);
  await clock.pass(1900);
  assert.equal(connection.state, 'connecting');
  await clock.pass(100);
  assert.deepEqual([connection.state, connection.transport, told], ['open', 'stream', ['stream']]);
});

test('if a proxy buffers streams too, a long poll works within five seconds', async () => {
  const { connection, server, clock, http } = all();
  const joining = joined(connection);
  noSockets(server);
  http.intercept = noStreams;
  await clock.pass(4000);
  assert.deepEqual([connection.state, connection.transport], ['open', 'longpoll']);
  const { texts } = await joining;
  server.post('general', 'hello');
  await settle();
  assert.deepEqual(texts(), ['hello']);
});

test('if the server does not have a transport, the client tries the next one', async () => {
  const { connection, http } = all({ WebSocket: undefined });
  http.intercept = ({ accept }) => (accept === 'application/x-ndjson' ? { status: 404, body: problem('not_found', 404) } : undefined);
  await settle();
  assert.equal(connection.transport, 'longpoll');
});

test('if no transport works the client starts again after a back-off', async () => {
  const { connection, server, clock, states } = all();
  server.reachable = false;
  await settle();
  assert.equal(states.at(-1).waitMs, 750);
  assert.deepEqual(states.map(({ waitMs }) => waitMs), [undefined, undefined, 750]);
  server.reachable = true;
  await clock.pass(750);
  assert.deepEqual([connection.state, connection.transport], ['open', 'websocket']);
});

test('the transport survives a reload, and the client looks for a better one after a minute, then less and less often', async () => {
  const store = memory();
  const first = all({ store });
  noSockets(first.server);
  await first.clock.pass(2000);
  first.connection.close();
  const { connection, clock, server } = client(first, { store });
  const dialled = server.dialled;
  await settle();
  assert.deepEqual([connection.transport, server.dialled], ['stream', dialled]);
  const looks = [];
  let before = dialled;
  for (let second = 1; second <= 3000; second++) {
    await clock.pass(1000);
    for (const link of server.links) link.beat?.();
    if (server.dialled > before) looks.push(second);
    before = server.dialled;
  }
  const waits = looks.map((at, i) => at - (looks[i - 1] ?? 0));
  assert.deepEqual(waits, [60, 130, 250, 490, 610, 610, 610]); // each look takes 10 s to fail
  assert.deepEqual([connection.state, connection.transport], ['open', 'stream']);
});

test('renewing a stream does not delay the look for a better transport', async () => {
  const { connection, clock, server, states } = all();
  noSockets(server);
  await clock.pass(2000);
  const looks = [];
  let before = server.dialled;
  for (let second = 1; second <= 600; second++) {
    await clock.pass(1000);
    for (const link of server.links) link.beat?.();
    if (second % 100 === 0) for (const link of server.links) link.push({ type: 'drain', inMs: 4000 });
    if (server.dialled > before) looks.push(second);
    before = server.dialled;
  }
  assert.deepEqual(looks, [60, 190, 440]);
  assert.deepEqual([connection.state, connection.transport], ['open', 'stream']);
  assert.equal(states.filter(({ state }) => state === 'open').length, 1);
});

test('a change to a better transport has no loss and no duplicates', async () => {
  const { connection, server, clock, states } = all();
  noSockets(server);
  const joining = joined(connection);
  await clock.pass(2000);
  const { room, texts } = await joining;
  server.post('general', 'by stream');
  server.intercept = (command, link) => {
    if (command.type === 'hello') link.afterwards.push(() => server.post('general', 'between'));
  };
  for (let i = 0; i < 4; i++) {
    for (const link of server.links) link.beat();
    await clock.pass(15_000);
  }
  assert.equal(connection.transport, 'websocket');
  server.post('general', 'by socket');
  await room.send('mine');
  await settle();
  assert.deepEqual(texts(), ['by stream', 'between', 'by socket', 'mine']);
  assert.equal(server.links.size, 1);
  assert.deepEqual(states.filter(({ state }) => state === 'open').length, 1);
});

test('on another network the client looks for a better transport at once', async () => {
  const { connection, server, clock, page } = all();
  noSockets(server);
  await clock.pass(2000);
  assert.equal(connection.transport, 'stream');
  server.intercept = () => undefined;
  page.dispatchEvent(new Event('online'));
  await settle();
  assert.equal(connection.transport, 'websocket');
});

test('a WebSocket that has worked gets a second try', async () => {
  const { connection, server, clock, http } = all();
  await settle();
  server.sockets = false;
  server.drop();
  await clock.pass(800); // dialled once more, in vain
  assert.deepEqual([server.dialled, http.requests.length], [2, 0]);
  server.sockets = true;
  await clock.pass(2000);
  assert.equal(connection.transport, 'websocket');
});

test('a transport that is cut again and again is abandoned', async () => {
  const { connection, server, clock } = all();
  await settle();
  for (let i = 0; i < 3; i++) {
    await clock.pass(8000);
    for (const link of [...server.links]) if (!link.beat) link.close(1006, '');
    await clock.pass(2000);
  }
  assert.deepEqual([connection.state, connection.transport], ['open', 'stream']);
});

test('a transport is not abandoned because a pod ends', async () => {
  const { connection, server, clock } = all();
  await settle();
  for (let i = 0; i < 6; i++) {
    server.drop(4200);
    await clock.pass(5000);
  }
  assert.deepEqual([connection.state, connection.transport], ['open', 'websocket']);
});

test('a busy server tells it by HTTP, and the WebSocket stays the first choice', async () => {
  const { connection, server, clock, http } = all();
  http.intercept = () => ({ status: 503, body: {}, headers: { 'Retry-After': '7' } });
  server.intercept = (command, link) => {
    link.close(1006, ''); // what a page sees of a 503
    return 'silence';
  };
  await clock.pass(6000);
  assert.equal(connection.state, 'connecting');
  server.intercept = () => undefined;
  await clock.pass(1000);
  assert.deepEqual([connection.state, connection.transport], ['open', 'websocket']);
});

test('a guest stays the same guest from transport to transport', async () => {
  const { connection, server, clock } = all();
  server.intercept = ({ type }) => (type === 'hello' ? 'silence' : undefined);
  await clock.pass(2000);
  await connection.room('general').send('by stream');
  server.intercept = () => undefined;
  for (let i = 0; i < 5; i++) {
    for (const link of server.links) link.beat?.();
    await clock.pass(15_000);
  }
  assert.equal(connection.transport, 'websocket');
  await connection.room('general').send('by socket');
  assert.deepEqual(server.room('general').log.map(({ from }) => from.id), ['g1', 'g1']);
});

test('a message in flight during a change of transport is sent once', async () => {
  const { connection, server, clock, page } = all();
  noSockets(server);
  await clock.pass(2000);
  const { room, texts } = await joined(connection);
  server.intercept = (command, link) => {
    if (command.type !== 'send') return undefined;
    server.on_send(command, link);
    return 'silence';
  };
  const sent = room.send('once');
  await settle();
  server.intercept = () => undefined;
  page.dispatchEvent(new Event('online'));
  await settle();
  assert.equal(connection.transport, 'websocket');
  assert.equal((await sent).duplicate, true);
  assert.deepEqual(texts(), ['once']);
});

test('with several servers the client skips unreachable ones and keeps its transport', async () => {
  const { server, http, clock } = given();
  const gone = new FakeServer();
  gone.reachable = false;
  const WebSocket = class {
    constructor(url, protocol) {
      return new (url.includes('there') ? server : gone).WebSocket(url, protocol);
    }
  };
  const urls = ['ws://gone/ws', 'ws://gone-too/ws', 'ws://there/ws'];
  const { connection } = client({ server, http, clock }, { url: undefined, urls, WebSocket, random: () => 0 });
  await settle();
  assert.deepEqual([connection.state, connection.transport, gone.dialled], ['open', 'websocket', 2]);
});
