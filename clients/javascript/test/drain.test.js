import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, settle } from './fake-clock.js';
import { FakeHttp } from './fake-http.js';
import { FakeServer } from './fake-server.js';
import { client, commands, joined } from './harness.js';

/** A client with two pods, `a` and `b`, which share their rooms. It starts at `a`. */
function givenPods(options = {}) {
  const clock = new FakeClock();
  const a = new FakeServer();
  a.now = clock.now;
  const b = new FakeServer(a);
  const pods = { a, b };
  const at = { a: new FakeHttp(a, clock), b: new FakeHttp(b, clock) };
  const WebSocket = class {
    constructor(url, protocol) {
      return new (pods[new URL(url).host].WebSocket)(url, protocol);
    }
  };
  const http = { fetch: (url, init) => at[new URL(url).host].fetch(url, init) };
  const given = client({ clock, server: a, http }, {
    url: undefined, urls: ['http://a/', 'http://b/'], WebSocket, transports: ['websocket'], random: () => 0, ...options,
  });
  return { ...given, a, b, at };
}

const drain = (server, inMs) => {
  for (const link of server.links) link.push({ type: 'drain', inMs });
};

for (const transport of ['websocket', 'stream', 'sse']) {
  test(`${transport}: all rooms move from a pod that ends to the next one before the link breaks, without loss or duplicates`, async () => {
    const { connection, clock, a, b, states } = givenPods({ transports: [transport] });
    const [general, random] = [await joined(connection, 'general'), await joined(connection, 'random')];
    a.post('general', 'before');
    await settle();
    drain(a, 8000);
    await clock.pass(6900);
    assert.deepEqual([a.links.size, b.links.size], [1, 0]);
    b.intercept = (command, link) => {
      if (command.type === 'hello') link.afterwards.push(() => a.post('general', 'at both'));
    };
    b.post('general', 'meanwhile');
    await clock.pass(100);
    assert.deepEqual([a.links.size, b.links.size], [0, 1]);
    b.post('general', 'after');
    b.post('random', 'there too');
    await clock.pass(20_000);
    const expected = ['before', 'meanwhile', 'at both', 'after'].filter((text) => transport === 'websocket' || text !== 'at both');
    assert.deepEqual(general.texts(), expected);
    assert.deepEqual(random.texts(), ['there too']);
    assert.deepEqual(states.map(({ state }) => state), ['open']);
  });
}

test('a message in flight during a move is sent once', async () => {
  const { connection, clock, a, b } = givenPods();
  const { room, texts } = await joined(connection);
  a.intercept = (command, link) => {
    if (command.type !== 'send') return undefined;
    a.on_send(command, link);
    return 'silence';
  };
  const sends = [room.send('one'), room.send('two')];
  drain(a, 2000);
  await clock.pass(2000);
  assert.deepEqual((await Promise.all(sends)).map(({ duplicate }) => duplicate), [true, false]);
  assert.deepEqual(texts(), ['one', 'two']);
  assert.deepEqual(commands(b, 'send').map(({ text }) => text), ['one', 'two']);
});

test('a room that is joined or left while the next link opens is joined or left there', async () => {
  const { connection, clock, a, b } = givenPods();
  const left = await joined(connection, 'left');
  const again = await joined(connection, 'again');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  b.intercept = (command, link) => {
    if (command.type !== 'hello' || link.held) return undefined;
    link.held = true;
    held.then(() => b.receive(link, JSON.stringify(command)));
    return 'silence';
  };
  drain(a, 2000);
  await clock.pass(1600);
  await left.room.leave();
  await again.room.leave();
  await again.room.join();
  const late = await joined(connection, 'late');
  release();
  await settle();
  const [link] = b.links;
  assert.deepEqual([...link.joined].sort(), ['again', 'late']);
  b.post('late', 'heard');
  b.post('again', 'heard too');
  b.post('left', 'unheard');
  await settle();
  assert.deepEqual([late.texts(), again.texts(), left.texts()], [['heard'], ['heard too'], []]);
  assert.equal(again.room.state, 'joined');
});

test('without another pod the client retries until the link breaks, and then reconnects as usual', async () => {
  const { connection, clock, a, b, states } = givenPods();
  const { texts } = await joined(connection);
  b.reachable = a.reachable = false;
  drain(a, 5000);
  await clock.pass(5000);
  assert.equal(connection.state, 'open');
  assert.ok(b.dialled + a.dialled > 2);
  a.drop(4200);
  a.post('general', 'missed');
  await settle();
  assert.equal(connection.state, 'connecting');
  b.reachable = true;
  await clock.pass(10_000);
  assert.deepEqual([connection.state, texts()], ['open', ['missed']]);
  assert.equal(states.at(-1).state, 'open');
});

test('if the pod ends earlier than announced, the next link is already opening', async () => {
  const { connection, clock, a, b, states } = givenPods();
  const { texts } = await joined(connection);
  let hello;
  b.intercept = (command, link) => {
    if (command.type !== 'hello' || hello) return undefined;
    hello = () => b.receive(link, JSON.stringify(command));
    return 'silence';
  };
  drain(a, 2000);
  await clock.pass(1600);
  a.drop(4200);
  await settle();
  assert.equal(connection.state, 'connecting');
  a.post('general', 'missed');
  hello();
  await settle();
  assert.deepEqual([states.map(({ state }) => state), texts()], [['open', 'connecting', 'open'], ['missed']]);
  assert.equal(b.dialled, 1);
});

test('during a move the client does not look for a better transport', async () => {
  const { connection, clock, a, b, at } = givenPods({ transports: undefined });
  a.sockets = b.sockets = false;
  await settle();
  assert.equal(connection.transport, 'stream');
  const [here, there] = a.links.size > 0 ? [a, at.b] : [b, at.a];
  for (let i = 0; i < 5; i++) {
    await clock.pass(11_000);
    for (const link of here.links) link.beat();
  }
  there.intercept = ({ path }) => (path === '/api/events' ? 'silence' : undefined);
  drain(here, 2000);
  await clock.pass(3000);
  const dialled = a.dialled + b.dialled;
  await clock.pass(4000); // the minute is over
  assert.deepEqual([a.dialled + b.dialled - dialled, connection.state], [0, 'open']);
});

test('a gap that the previous link reported is not reported again', async () => {
  const { connection, a } = givenPods();
  const { room, seen } = await joined(connection);
  const [, second] = ['one', 'two'].map((text) => a.post('general', text));
  await settle();
  for (const link of a.links) link.push({ type: 'gap', room: 'general', fromSeq: 1, toSeq: 1, to: '1-1' });
  await settle();
  assert.deepEqual([seen.length, room.position], [2, second.id]);
});

test('a closed connection does not move', async () => {
  const { connection, clock, a, b } = givenPods();
  await settle();
  drain(a, 2000);
  await settle();
  connection.close();
  await clock.pass(20_000);
  assert.deepEqual([b.dialled ?? 0, a.links.size], [0, 0]);
});
