import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../index.js';
import { settle } from './fake-clock.js';
import { problem } from './fake-http.js';
import { given, joined } from './harness.js';

const BAD = { name: 'BincangError', code: 'bad_request', retry: false };
const WRONG = [null, 7, '', true, {}, [], () => {}, Symbol('no'), NaN];
/** Invalid values of each argument; `undefined` and `null` if it is required. */
const TEXT = [undefined, ...WRONG];
const ID = [undefined, ...WRONG, 'x', '1', '1-', '-1', '01-1', '1-1 ', '9'.repeat(20) + '-1'];
const KEY = [7, '', {}, 'a b', 'ä', 'x'.repeat(65)];
const COUNT = [-1, 1.5, NaN, Infinity, '5', {}, true];
const OPTIONS = [7, 'x', true, { signal: {} }, { signal: 'x' }, { timeoutMs: 0 }, { timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: 2 ** 31 }];
const CALLS = {
  join: [...OPTIONS, ...ID.slice(2).map((after) => ({ after })), ...COUNT.map((last) => ({ last }))].map((each) => [each]),
  leave: OPTIONS.map((each) => [each]),
  send: [...TEXT.map((text) => [text]),
    ...[...OPTIONS, ...KEY.map((key) => ({ key })), ...ID.slice(2).map((replyTo) => ({ replyTo }))].map((each) => ['hi', each])],
  edit: [...ID.map((id) => [id, 'hi']), ...TEXT.map((text) => ['1-1', text]),
    ...[...OPTIONS, ...KEY.map((key) => ({ key }))].map((each) => ['1-1', 'hi', each])],
  delete: [...ID.map((id) => [id]), ...[...OPTIONS, ...KEY.map((key) => ({ key }))].map((each) => ['1-1', each])],
  report: [...ID.map((id) => [id, 'spam']), ...TEXT.map((reason) => ['1-1', reason]), ...OPTIONS.map((each) => ['1-1', 'spam', each])],
  history: [...OPTIONS, ...['before', 'after', 'around'].flatMap((name) => ID.slice(2).map((id) => ({ [name]: id }))),
    ...COUNT.map((limit) => ({ limit })), ...[7, 'x', [], {}].map((ids) => ({ ids })), { only: 7 }].map((each) => [each]),
  search: [...TEXT.map((words) => [words]), ...[...OPTIONS, ...ID.slice(2).map((before) => ({ before })), ...COUNT.map((since) => ({ since })),
    { from: 7 }, { has: {} }].map((each) => ['hi', each])],
};
const words = (args) => args.map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each))).join(', ');
const TRANSPORTS = ['websocket', 'stream', 'longpoll'];

for (const transport of TRANSPORTS) {
  for (const [method, calls] of Object.entries(CALLS)) {
    test(`${method} by ${transport}: what it cannot do it refuses, before, while and after it is open, and all else goes on`, async () => {
      const { connection, server, clock, states } = given({ transports: [transport] });
      const refused = async () => {
        for (const args of calls) await assert.rejects(connection.room('general')[method](...args), BAD, words(args));
      };
      await refused(); // before it is open
      const { texts } = await joined(connection);
      const before = server.received.length;
      await refused();
      assert.equal(server.received.length, before, 'nothing is sent');
      assert.equal((await connection.room('general').send('all is well')).seq, 1);
      await clock.pass(2100);
      assert.deepEqual([connection.state, texts()], ['open', ['all is well']]);
      assert.ok(states.every(({ error }) => error === undefined));
      connection.close();
      await refused();
    });
  }
}

test('optional arguments may be null', async () => {
  const { connection } = given();
  const room = connection.room('general');
  await room.join(null);
  const { id } = await room.send('hi', { key: null, replyTo: null, signal: null, timeoutMs: null });
  await room.edit(id, 'ho', null);
  assert.equal((await room.history({ before: null, limit: undefined })).events.length, 2);
  await room.leave(null);
});

test('a room id must have the form of the protocol', async () => {
  const { connection } = given();
  for (const id of [undefined, ...WRONG, 'General', '-x', 'a b', 'x'.repeat(65), 'a@1-1', 'a,b', '@', '@ä', '@%zz']) {
    assert.throws(() => connection.room(id), BAD, String(id));
  }
  for (const id of ['general', 'r.2k7q9', '0', '@ana', '@guest%3AZo%C3%AB']) assert.equal(connection.room(id).id, id);
  await settle();
  assert.equal(connection.state, 'open');
});

test('a listener needs a known event and a function', () => {
  const { connection } = given();
  for (const who of [connection, connection.room('general')]) {
    for (const wrong of [undefined, ...WRONG]) {
      if (typeof wrong !== 'function') assert.throws(() => who.on('message', wrong), BAD);
      assert.throws(() => who.on(wrong, () => {}), BAD);
    }
  }
});

test('a connection needs an identity and a URL', () => {
  const url = 'ws://127.0.0.1/ws';
  for (const options of [undefined, null, 7, 'x', {}, { url }, { url, guest: '' }, { url, guest: 7 }, { url, token: 7 }, { url, token: null },
    { url, guest: 'Ana', token: {} }, { url: 7, guest: 'Ana' }, { url: 'http://', guest: 'Ana' }, { urls: [], guest: 'Ana' }, { urls: url, guest: 'Ana' },
    { urls: [null], guest: 'Ana' }, { url, guest: 'Ana', transports: [] }, { url, guest: 'Ana', transports: 'websocket' },
    { url, guest: 'Ana', transports: ['pigeon'] }]) {
    assert.throws(() => connect(options), BAD, JSON.stringify(options));
  }
});

test('close and reopen may be called twice, and at any time', async () => {
  const { connection, server } = given();
  connection.reopen();
  connection.close();
  connection.close();
  connection.reopen();
  connection.reopen();
  await settle();
  connection.reopen();
  assert.deepEqual([connection.state, server.links.size], ['open', 1]);
  connection.close();
  connection.close();
  assert.deepEqual([connection.state, server.links.size], ['closed', 0]);
});

test('after the end every call reports it', async () => {
  const { connection } = given();
  const { room } = await joined(connection);
  connection.close();
  const other = connection.room('other');
  for (const call of [() => other.join(), () => room.send('x'), () => room.edit('1-1', 'x'), () => room.delete('1-1'), () => room.history()]) {
    await assert.rejects(call(), { code: 'closed' });
  }
  await room.leave();
  assert.equal(room.state, 'out');
});

for (const transport of ['stream', 'sse', 'longpoll', 'poll']) {
  test(`${transport}: a refused join harms neither other rooms nor the link`, async () => {
    const { connection, server, clock, http, states } = given({ transports: [transport] });
    const { texts } = await joined(connection);
    http.intercept = ({ path, query }) => (path === '/api/events' && query.get('last') > 200
      ? { status: 400, body: problem('bad_request', 400) } : undefined);
    const [good, tooMany, other] = ['good', 'too-many', 'other'].map((id, i) => connection.room(id).join([undefined, { last: 500 }, { last: 3 }][i]));
    await assert.rejects(tooMany, { code: 'bad_request', message: 'bad_request it is' });
    assert.deepEqual([(await good).state, (await other).state], ['ok', 'ok']);
    server.post('general', 'still here');
    await clock.pass(2100);
    assert.deepEqual([connection.state, states.length, texts()], ['open', 1, ['still here']]);
    assert.deepEqual(['good', 'too-many', 'other'].map((id) => connection.room(id).state), ['joined', 'out', 'joined']);
  });

  test(`${transport}: a server that allows fewer rooms refuses the newest`, async () => {
    const { connection, http } = given({ transports: [transport] });
    await settle();
    http.intercept = ({ path, query }) => (path === '/api/events' && query.getAll('room').length > 2
      ? { status: 422, body: problem('limit_reached', 422) } : undefined);
    const [a, b, c] = ['a', 'b', 'c'].map((id) => connection.room(id).join());
    await assert.rejects(c, { code: 'limit_reached' });
    assert.deepEqual([(await a).state, (await b).state, connection.state], ['ok', 'ok', 'open']);
  });
}
