import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, settle } from './fake-clock.js';
import { client, commands, given, joined, memory } from './harness.js';

const HOUR = 3_600_000;
const texts = (server, room = 'general') => server.room(room).log.map(({ text }) => text);
const left = (store) => JSON.parse(store.getItem('bincang.outbox') ?? '[]').map(({ text }) => text);

/** Reloads the page: the previous page stops, and only its store remains. */
function reload({ clock: { now }, server, http }, options) {
  const clock = new FakeClock(now());
  Object.assign(server, { reachable: true, intercept: () => undefined, now: clock.now });
  server.drop();
  const after = client({ clock, server, http }, options);
  const pending = [];
  after.connection.on('pending', (message) => pending.push(message));
  return { ...after, pending };
}

/** A page that sends, gets no answer, and is then closed. */
async function unanswered(store, options = {}) {
  const before = given({ store, token: 'token:u7:Ana', guest: undefined, ...options });
  await settle();
  return before;
}

test('messages written offline are sent after a reload, once, in order, with their keys, and the page is told', async () => {
  const store = memory();
  const before = await unanswered(store);
  before.server.reachable = false;
  before.server.drop();
  const { connection } = before;
  for (const text of ['one', 'two']) connection.room('general').send(text, { replyTo: '1-1' }).catch(() => {});
  connection.room('other').send('elsewhere').catch(() => {});
  assert.deepEqual(left(store), ['one', 'two', 'elsewhere']);
  const { server, pending, clock, connection: again } = reload(before, { store, token: 'token:u7:Ana', guest: undefined });
  const three = again.room('general').send('three');
  await clock.pass(1000);
  assert.deepEqual(texts(server), ['one', 'two', 'three']);
  assert.deepEqual(texts(server, 'other'), ['elsewhere']);
  assert.deepEqual(pending.map(({ room, text, replyTo }) => [room, text, replyTo]), [
    ['general', 'one', '1-1'], ['general', 'two', '1-1'], ['other', 'elsewhere', undefined]]);
  assert.deepEqual(pending.map(({ key }) => key).slice(0, 2), server.room('general').log.map(({ key }) => key).slice(0, 2));
  assert.equal((await pending[0].sent).seq, 1);
  assert.equal((await three).seq, 3);
  assert.deepEqual([left(store), store.getItem('bincang.outbox')], [[], null]);
});

test('a message that was logged but not acknowledged before a reload has one effect', async () => {
  const store = memory();
  const before = await unanswered(store);
  before.server.intercept = (command, link) => {
    before.server.on_send(command, link);
    return 'silence';
  };
  before.connection.room('general').send('once').catch(() => {});
  await settle();
  const { server, pending, clock } = reload(before, { store, token: 'token:u7:Ana', guest: undefined });
  await clock.pass(1000);
  assert.equal((await pending[0].sent).duplicate, true);
  assert.deepEqual(texts(server), ['once']);
});

test('a message older than the server remembers keys is unknown, and is not sent', async () => {
  const store = memory();
  const before = await unanswered(store);
  before.server.intercept = () => 'silence';
  before.connection.room('general').send('long ago').catch(() => {});
  before.clock.sleep(13 * HOUR);
  before.connection.room('general').send('just now').catch(() => {});
  const { server, pending, clock } = reload(before, { store, token: 'token:u7:Ana', guest: undefined });
  await clock.pass(1000);
  await assert.rejects(pending[0].sent, { code: 'unknown', retry: false });
  assert.equal(pending[0].text, 'long ago');
  assert.deepEqual(texts(server), ['just now']);
  assert.deepEqual(left(store), []);
});

test('a page does not resend a message that has become too old while it slept', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? 'silence' : undefined);
  const underWay = assert.rejects(room.send('under way'), { code: 'unknown' });
  const waiting = room.send('never went out');
  await settle();
  server.reachable = false;
  server.drop();
  clock.sleep(13 * HOUR);
  server.reachable = true;
  server.intercept = () => undefined;
  await clock.pass(30_000);
  await underWay;
  assert.equal((await waiting).seq, 1);
  assert.deepEqual(texts(server), ['never went out']);
});

test('a user does not send the messages of the previous user', async () => {
  const store = memory();
  const before = await unanswered(store);
  before.server.intercept = () => 'silence';
  before.connection.room('general').send('of Ana').catch(() => {});
  const { server, pending, clock } = reload(before, { store, token: 'token:u8:Ben', guest: undefined });
  await clock.pass(1000);
  await assert.rejects(pending[0].sent, { code: 'unauthorized' });
  assert.deepEqual(texts(server), []);
  assert.deepEqual(left(store), []);
});

test('messages written before the first welcome are sent by the user who enters', async () => {
  const store = memory();
  const before = given({ store });
  before.server.reachable = false;
  before.connection.room('general').send('early').catch(() => {});
  await settle();
  const { server, pending, clock } = reload(before, { store });
  await clock.pass(1000);
  assert.deepEqual([pending.length, texts(server)], [1, ['early']]);
});

test('a message that was already sent is not sent again by another user', async () => {
  const store = memory();
  const before = given({ store });
  before.server.intercept = ({ key }) => (key ? 'silence' : undefined);
  before.connection.room('general').send('of g1').catch(() => {});
  await settle();
  const { server, connection, pending, clock } = reload(before, { store });
  await clock.pass(1000);
  assert.equal(connection.user.id, 'g2');
  await assert.rejects(pending[0].sent, { code: 'unauthorized' });
  assert.deepEqual(texts(server), []);
});

test('failed messages, and those that a closed connection has rejected, are not kept', async () => {
  const store = memory();
  const { connection, server, clock } = given({ store });
  const { room } = await joined(connection);
  server.intercept = ({ text }) => (text === 'bad' ? { type: 'error', code: 'forbidden', message: 'muted', retry: false }
    : text ? 'silence' : undefined);
  await assert.rejects(room.send('bad'), { code: 'forbidden' });
  assert.deepEqual(left(store), []);
  const sent = assert.rejects(room.send('good'), { code: 'closed' });
  await clock.pass(1000);
  assert.deepEqual(left(store), ['good']);
  connection.close();
  await sent;
  await settle();
  assert.deepEqual(left(store), []);
});

test('only messages are kept, and not more than fit', async () => {
  const store = memory();
  const { connection, server } = given({ store });
  const { room } = await joined(connection);
  server.intercept = ({ key }) => (key ? 'silence' : undefined);
  const refused = [];
  const ignore = (promise) => refused.push(promise.catch(() => {}));
  ignore(connection.room('other').edit('1-1', 'an edit'));
  ignore(connection.room('other').delete('1-1'));
  assert.deepEqual(left(store), []);
  for (let i = 0; i < 150; i++) ignore(room.send(`${i}`));
  assert.deepEqual([left(store).length, left(store).at(-1)], [100, '99']);
  for (let i = 0; i < 20; i++) ignore(connection.room('long').send('x'.repeat(4000)));
  assert.ok(store.getItem('bincang.outbox').length < 100_000);
  connection.close();
  await Promise.all(refused);
});

test('long messages are kept as far as they fit, without a hole in the order', async () => {
  const store = memory();
  const { connection, server } = given({ store });
  server.reachable = false;
  const room = connection.room('general');
  for (let i = 0; i < 20; i++) room.send(`${i} `.padEnd(4000, 'x')).catch(() => {});
  room.send('short').catch(() => {});
  assert.equal(left(store).length, 16);
  assert.ok(!left(store).includes('short'));
  connection.close();
});

test('a full or damaged store does no other harm', async () => {
  const store = memory();
  store.setItem = () => {
    throw new Error('quota');
  };
  for (const scribble of ['not json', '{}', '[null, 7, {"room": "general"}]', '"x"']) {
    store.kept.set('bincang.outbox', scribble);
    store.kept.set('bincang.transport', scribble);
    const { connection } = given({ store });
    assert.equal((await connection.room('general').send('hi')).seq, 1);
  }
});

test('own messages that a reset removed are sent again with their keys, before waiting ones, and the page is told', async () => {
  const { connection, server, clock } = given();
  const pending = [];
  connection.on('pending', (message) => pending.push(message));
  const { room, seen } = await joined(connection);
  await room.send('kept', { key: 'k0' });
  server.post('general', 'of another');
  for (const [i, text] of ['one', 'two'].entries()) await room.send(text, { key: `k${i + 1}` });
  await settle();
  server.room('general').keys.clear(); // lost with the rest
  server.intercept = ({ key }) => (key === 'k3' ? { type: 'error', code: 'unavailable', message: 'Redis', retry: true, retryAfterMs: 500 } : undefined);
  const three = room.send('three', { key: 'k3' });
  await settle();
  server.intercept = () => undefined;
  server.rollBack('general', 3);
  await clock.pass(1000);
  assert.deepEqual(texts(server), ['kept', 'one', 'two', 'three']);
  assert.deepEqual(pending.map(({ key, text }) => [key, text]), [['k1', 'one'], ['k2', 'two']]);
  assert.equal((await pending[1].sent).seq, 3);
  assert.equal((await three).seq, 4);
  assert.deepEqual(seen.filter(({ type }) => type === 'reset').length, 1);
  assert.deepEqual(commands(server, 'send').filter(({ text }) => text === 'kept').length, 1);
});

test('a message that a reset removed by mistake is acknowledged again and not duplicated', async () => {
  const { connection, server } = given();
  const { room, texts: told } = await joined(connection);
  await room.send('still there');
  await settle();
  const [message] = server.room('general').log;
  for (const link of server.links) {
    link.push({ type: 'reset', room: 'general', from: '0-0', head: message.id });
    link.push(message);
  }
  await settle();
  assert.deepEqual(texts(server), ['still there']);
  assert.deepEqual(told(), ['still there', 'still there']); // dropped by the reset, told again
  assert.equal(commands(server, 'send').length, 2);
});

test('two pages with their own stores do not send each other’s messages', async () => {
  const [mine, yours] = [memory(), memory()];
  const before = await unanswered(mine);
  before.server.intercept = () => 'silence';
  before.connection.room('general').send('mine').catch(() => {});
  const { server, pending, clock } = reload(before, { store: yours, token: 'token:u7:Ana', guest: undefined });
  await clock.pass(1000);
  assert.deepEqual([pending, texts(server), left(mine)], [[], [], ['mine']]);
});
