import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../index.js';
import { settle } from './fake-clock.js';
import { problem } from './fake-http.js';
import { commands, given, joined } from './harness.js';

const HTTP = ['stream', 'sse', 'longpoll', 'poll'];
/** Long enough for a poll, and too short for a timeout. */
const A_MOMENT = 2100;
const over = (transport, options = {}) => given({ transports: [transport], ...options });

for (const transport of HTTP) {
  test(`${transport}: own and other messages arrive in order`, async () => {
    const { connection, server, clock } = over(transport);
    const { room, texts } = await joined(connection);
    assert.equal(connection.transport, transport);
    server.post('general', 'theirs');
    const sent = await room.send('mine', { replyTo: '1-1' });
    server.post('general', 'theirs again');
    await clock.pass(A_MOMENT);
    assert.deepEqual(texts(), ['theirs', 'mine', 'theirs again']);
    assert.deepEqual([sent.seq, sent.duplicate, room.position], [2, false, server.room('general').head]);
    assert.deepEqual((await room.history({ limit: 1 })).events.map(({ text }) => text), ['theirs again']);
    assert.equal((await room.edit(sent.id, 'my own')).seq, 4);
    assert.equal((await room.delete(sent.id)).seq, 5);
  });

  test(`${transport}: a guest gets a token by HTTP and stays the same guest`, async () => {
    const { connection, server, clock, http } = over(transport);
    const tokens = [];
    connection.on('token', (token) => tokens.push(token));
    await joined(connection);
    server.drop();
    await clock.pass(A_MOMENT);
    await connection.room('general').send('who am I?');
    assert.deepEqual(tokens, ['token:g1:Ana']);
    assert.equal(http.requests.filter(({ path }) => path === '/api/guests').length, 1);
    assert.deepEqual(connection.user, { id: 'g1', name: 'Ana' });
    assert.equal(server.room('general').log[0].from.id, 'g1');
  });

  test(`${transport}: a broken request causes no loss and no duplicates`, async () => {
    const { connection, server, clock, http } = over(transport);
    const { room, texts } = await joined(connection);
    server.post('general', 'one');
    await clock.pass(A_MOMENT);
    server.reachable = false;
    server.drop();
    server.post('general', 'two');
    await clock.pass(A_MOMENT);
    server.reachable = true;
    server.post('general', 'three');
    await clock.pass(20_000);
    assert.equal(connection.state, 'open');
    assert.deepEqual(texts(), ['one', 'two', 'three']);
    assert.equal(room.position, server.room('general').head);
    assert.ok(http.asked.some(([room]) => room === 'general@1-1'));
  });

  test(`${transport}: a send without an answer is repeated with its key and has one effect`, async () => {
    const { connection, server, clock } = over(transport);
    const { room, texts } = await joined(connection);
    server.intercept = (command, link) => {
      server.intercept = () => undefined;
      server.on_send(command, link);
      return 'silence';
    };
    const sent = room.send('once');
    const next = room.send('then');
    await clock.pass(30_000);
    assert.equal((await sent).duplicate, true);
    assert.equal((await next).seq, 2);
    assert.deepEqual(texts(), ['once', 'then']);
  });

  test(`${transport}: a join can ask for the newest events, and only its room gets them`, async () => {
    const { connection, server, clock } = over(transport);
    for (const text of ['one', 'two', 'three']) for (const room of ['general', 'random', 'quiet']) server.post(room, text);
    const [general, random, quiet] = [joined(connection, 'general', { last: 2 }), joined(connection, 'random'), joined(connection, 'quiet', { last: 1 })];
    server.post('random', 'four');
    await clock.pass(A_MOMENT);
    assert.deepEqual((await general).texts(), ['two', 'three']);
    assert.deepEqual((await quiet).texts(), ['three']);
    assert.ok((await random).texts().every((text) => text === 'four'));
    server.post('random', 'five');
    await clock.pass(A_MOMENT);
    assert.equal((await random).texts().at(-1), 'five');
  });

  test(`${transport}: a join resumes from a position, through gap and reset`, async () => {
    const { connection, server, clock } = over(transport);
    const events = ['one', 'two', 'three', 'four'].map((text) => server.post('general', text));
    server.trim('general', 2);
    const gap = await joined(connection, 'general', { after: '1-1' });
    assert.deepEqual(gap.seen.map(({ type, seq }) => [type, seq]), [['gap', undefined], ['message', 3], ['message', 4]]);
    server.rollBack('general', 1);
    await clock.pass(A_MOMENT);
    assert.deepEqual(gap.seen.at(-1), { type: 'reset', room: 'general', from: events[2].id, head: events[2].id });
    server.post('general', 'instead');
    await clock.pass(A_MOMENT);
    assert.equal(gap.texts().at(-1), 'instead');
  });

  test(`${transport}: a denied user and a removed user are told`, async () => {
    const { connection, server, clock } = over(transport);
    const { room, seen } = await joined(connection);
    server.denied.add('secret');
    await assert.rejects(connection.room('secret').join(), { code: 'forbidden' });
    assert.equal(room.state, 'joined');
    server.denied.add('general');
    server.post('general', 'of which no one hears');
    server.drop();
    await clock.pass(A_MOMENT);
    assert.equal(seen.at(-1).code, 'forbidden');
    assert.equal(room.state, 'out');
  });

  test(`${transport}: a room that was left is not requested any more`, async () => {
    const { connection, server, clock, http } = over(transport);
    await joined(connection, 'stays');
    const { room, seen } = await joined(connection, 'left');
    await room.leave();
    server.post('left', 'unheard');
    await clock.pass(A_MOMENT);
    assert.equal(seen.length, 0);
    assert.deepEqual(http.asked.at(-1), ['stays@0-0']);
  });

  test(`${transport}: too many rooms for a request are reported`, async () => {
    const { connection } = over(transport);
    await Promise.all(Array.from({ length: 20 }, (_, i) => connection.room(`r${i}`).join()));
    await assert.rejects(connection.room('one-more').join(), { code: 'limit_reached' });
    assert.equal(connection.state, 'open');
  });

  test(`${transport}: a page that becomes visible or wakes up asks again at once`, async () => {
    const { connection, server, clock, page, http } = over(transport);
    const { texts } = await joined(connection);
    await clock.pass(1000);
    let before = http.asked.length;
    page.document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    assert.ok(http.asked.length > before);
    for (const link of [...server.links]) server.links.delete(link); // what sleeps hears nothing
    server.post('general', 'meanwhile');
    clock.sleep(60_000);
    before = http.asked.length;
    await clock.pass(0);
    assert.ok(http.asked.length > before);
    assert.deepEqual(texts(), ['meanwhile']);
  });

  test(`${transport}: an expired token is replaced`, async () => {
    let asked = 0;
    const { connection, server, clock, states } = over(transport, { guest: undefined, token: async () => `token:u7:Ana:${++asked}` });
    const { texts } = await joined(connection);
    const who = server.who;
    server.who = (token) => (token.endsWith(':1') ? undefined : who(token));
    server.drop();
    server.post('general', 'later');
    await clock.pass(5000);
    assert.equal(connection.state, 'open');
    assert.equal(asked, 2);
    assert.deepEqual(texts(), ['later']);
    assert.ok(states.every(({ state }) => state !== 'closed'));
  });

  test(`${transport}: a send with an expired token is repeated with a fresh one`, async () => {
    let asked = 0;
    const { connection, server, clock, http } = over(transport, { guest: undefined, token: async () => `token:u7:Ana:${++asked}` });
    const { room } = await joined(connection);
    http.intercept = ({ path, token }) => (path === '/api/commands' && token.endsWith(':1')
      ? { status: 401, body: problem('unauthorized', 401) } : undefined);
    const sent = room.send('with the second');
    await clock.pass(A_MOMENT);
    assert.equal((await sent).seq, 1);
    assert.equal(commands(server, 'send').length, 1);
  });

  test(`${transport}: after a refused token the client does not reconnect`, async () => {
    const { connection, clock, http } = over(transport, { guest: undefined, token: async () => 'of nobody' });
    await clock.pass(120_000);
    assert.equal(connection.state, 'closed');
    assert.equal(http.requests.length, 1);
  });

  test(`${transport}: a guest whose stored token is refused becomes a new guest of the same name`, async () => {
    const { connection, clock } = over(transport, { token: 'of an earlier server' });
    await clock.pass(1000);
    assert.deepEqual([connection.state, connection.user], ['open', { id: 'g1', name: 'Ana' }]);
  });

  test(`${transport}: the client obeys Retry-After`, async () => {
    const { connection, clock, http, states } = over(transport, { guest: undefined, token: 'token:u7:Ana' });
    http.intercept = () => ({ status: 503, body: {}, headers: { 'Retry-After': '20' } });
    await clock.pass(19_000);
    assert.equal(http.requests.length, 1);
    assert.equal(states[0].waitMs, 20_000);
    http.intercept = () => ({ status: 429, body: problem('rate_limited', 429, { retry: true, retryAfterMs: 7000 }) });
    await clock.pass(7000);
    assert.deepEqual([http.requests.length, states.at(-1).waitMs, states.at(-1).error.code], [2, 7000, 'rate_limited']);
    http.intercept = () => undefined;
    await clock.pass(7000);
    assert.equal(connection.state, 'open');
  });
}

test('rooms joined in one task share a request, and a request without rooms names the inbox', async () => {
  const { connection, http } = over('stream');
  await settle();
  const before = http.begun;
  await Promise.all(['a', 'b', 'c'].map((id) => connection.room(id).join()));
  assert.deepEqual([http.begun - before, http.asked], [1, [['@g1'], ['a', 'b', 'c']]]);
});

test('if no answer names the user, the token does', async () => {
  const claims = Buffer.from(JSON.stringify({ sub: 'guest:Zoë', name: 'Zoë' })).toString('base64url');
  const { connection, server, http, clock } = over('poll', { guest: undefined, token: `x.${claims}.y` });
  server.who = () => ({ id: 'guest:Zoë', name: 'Zoë' });
  await clock.pass(A_MOMENT);
  assert.deepEqual(connection.user, { id: 'guest:Zoë', name: 'Zoë' });
  assert.deepEqual(http.asked[0], ['@guest%3AZo%C3%AB']);
  assert.equal(connection.limits.textLength, 4000);
});

test('events that arrive before a loop starts wait for it', async () => {
  for (const transport of HTTP) {
    const { connection, server, clock } = over(transport);
    server.post('general', 'newest');
    const room = connection.room('general');
    await room.join({ last: 1 });
    const first = (async () => {
      for await (const { text } of room) return text;
    })();
    await clock.pass(A_MOMENT);
    assert.equal(await first, 'newest');
  }
});

test('without a WebSocket class the client uses HTTP, and without both it reports an error', async () => {
  const { connection } = given({ transports: undefined, WebSocket: undefined });
  await settle();
  assert.equal(connection.transport, 'stream');
  assert.throws(() => connect({ url: 'http://127.0.0.1/', guest: 'Ana', WebSocket: undefined, transports: ['websocket'] }), { code: 'bad_request', message: /none of websocket/ });
  assert.throws(() => connect({ url: 'http://127.0.0.1/', guest: 'Ana', transports: ['pigeon'] }), { code: 'bad_request', message: /pigeon/ });
});

for (const transport of HTTP) {
  test(`${transport}: over a real network`, async () => {
    const fake = given();
    fake.connection.close();
    fake.http.clock = { setTimeout, clearTimeout };
    const { url, close } = await fake.http.listen();
    const connection = connect({ url, guest: 'Ben', transports: [transport] });
    try {
      const { room, texts } = await joined(connection);
      const heard = new Promise((resolve) => { room.on('message', ({ text }) => text === 'last' && resolve(undefined)); });
      for (const text of ['one', 'two ë 😀', 'last']) await room.send(text);
      await heard;
      assert.deepEqual(texts(), ['one', 'two ë 😀', 'last']);
    } finally {
      connection.close();
      close();
    }
  });
}
