import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { given, joined } from './harness.js';

/** The parts that differ between streams and polls. */
const A_MOMENT = 2100;
const over = (transport, options = {}) => given({ transports: [transport], ...options });

for (const transport of ['stream', 'sse']) {
  test(`${transport}: signs of life keep the link, silence ends it`, async () => {
    const { connection, server, clock, states } = over(transport);
    await joined(connection);
    for (let i = 0; i < 10; i++) {
      await clock.pass(15_000);
      for (const link of server.links) link.beat();
    }
    await settle();
    assert.equal(states.length, 1);
    await clock.pass(30_000);
    assert.deepEqual([connection.state, states.at(-1).error.code], ['connecting', 'lost']);
  });

  test(`${transport}: the last line tells when to reconnect`, async () => {
    for (const [code, state, waits] of [[4200, 'connecting', 250], [4100, 'connecting', 6000], [4003, 'closed', undefined]]) {
      const { connection, server, states } = over(transport, { guest: undefined, token: 'token:u7:Ana' });
      await joined(connection);
      server.drop(code, 'so it is');
      await settle();
      assert.deepEqual([connection.state, states.at(-1).waitMs, states.at(-1).error.message], [state, waits, 'so it is']);
    }
  });

  test(`${transport}: a token about to expire is replaced without losing an event`, async () => {
    let asked = 0;
    const { connection, server, states, http } = over(transport, { guest: undefined, token: async () => `token:u7:Ana:${++asked}` });
    const { texts } = await joined(connection);
    for (const link of server.links) link.push({ type: 'token_expiring', inMs: 60_000 });
    server.post('general', 'meanwhile');
    await settle();
    server.post('general', 'after');
    await settle();
    assert.equal(http.requests.at(-1).token, 'token:u7:Ana:2');
    assert.deepEqual(texts(), ['meanwhile', 'after']);
    assert.equal(states.length, 1);
  });
}

test('frames are complete, wherever the network has split them', async () => {
  const { connection, server } = over('stream');
  const { texts } = await joined(connection);
  const [link] = server.links;
  const line = Buffer.from(`${JSON.stringify({ type: 'message', room: 'general', id: '7-7', seq: 7, text: 'Zoë 😀' })}\n`);
  const { write } = link.wire;
  for (const byte of line) write(new Uint8Array([byte]));
  await settle();
  assert.deepEqual(texts(), ['Zoë 😀']);
});

test('a long poll asks again at once, waits 25 s, and pauses in a busy room', async () => {
  const { connection, server, clock, http } = over('longpoll');
  await joined(connection);
  await clock.pass(200);
  const waits = () => http.requests.filter(({ wait }) => wait > 0).length;
  assert.equal(waits(), 1);
  await clock.pass(25_200);
  assert.deepEqual([waits(), http.requests.at(-1).wait], [2, 25]);
  for (let i = 0; i < 20; i++) {
    server.post('general', `${i}`);
    await clock.pass(50);
  }
  assert.ok(waits() <= 8);
});

test('if a proxy cuts silent requests, the client shortens its waits and loses nothing', async () => {
  for (const [idleMs, wait] of [[15_000, 10], [5_000, 4], [1_000, 0]]) {
    for (const hold of [false, true]) {
      const { connection, server, clock, http, states } = over('longpoll');
      Object.assign(http, { idleMs, hold });
      const { texts } = await joined(connection);
      await clock.pass(150_000);
      server.post('general', 'heard');
      await clock.pass(A_MOMENT);
      assert.deepEqual(texts(), ['heard']);
      assert.ok(http.requests.slice(-5).every((request) => request.wait === wait), `${idleMs} ${hold}`);
      assert.equal(states.length, 1);
    }
  }
});

test('a single cut changes nothing, and a new network starts with full waits', async () => {
  const { connection, server, clock, http, page } = over('longpoll');
  await joined(connection);
  for (let i = 0; i < 3; i++) {
    await clock.pass(1000);
    server.drop();
    await clock.pass(27_000);
  }
  assert.equal(http.requests.at(-1).wait, 25);
  http.idleMs = 1000;
  await clock.pass(60_000);
  assert.equal(http.requests.at(-1).wait, 0);
  http.idleMs = Infinity;
  page.dispatchEvent(new Event('online'));
  await clock.pass(A_MOMENT);
  assert.equal(http.requests.at(-1).wait, 25);
});

test('a request without an answer is abandoned after five more seconds, and the next one waits less', async () => {
  const { connection, clock, http } = over('longpoll');
  Object.assign(http, { idleMs: 12_000, hold: true });
  await joined(connection);
  await clock.pass(30_000);
  assert.equal(http.requests.at(-1).wait, 25);
  await clock.pass(1000);
  assert.equal(http.requests.at(-1).wait, 10);
});

test('a cursor is sent back unchanged', async () => {
  const { connection, clock, http } = over('poll');
  await joined(connection);
  http.intercept = ({ path }) => (path === '/api/events' ? { status: 200, body: { frames: [], cursor: 'general@9-9' } } : undefined);
  await clock.pass(4000);
  assert.deepEqual(http.asked.at(-1), ['general@9-9']);
});

test('a plain poll asks every two seconds', async () => {
  const { connection, clock, http } = over('poll');
  await joined(connection);
  const before = http.requests.length;
  await clock.pass(60_000);
  assert.equal(http.requests.length, before + 30);
});

test('after a full answer the client asks again at once', async () => {
  const { connection, server, clock } = over('poll');
  const { texts } = await joined(connection);
  for (let i = 0; i < 150; i++) server.post('general', `${i}`);
  await clock.pass(2000);
  assert.equal(texts().length, 150);
  server.post('general', 'soon');
  await clock.pass(250);
  assert.equal(texts().length, 151);
});
