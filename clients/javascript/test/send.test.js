import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { commands, given, joined } from './harness.js';

const texts = (server, room = 'general') => server.room(room).log.map(({ text }) => text);

test('a send resolves with its place in the room', async () => {
  const { connection, server } = given();
  const sent = await connection.room('general').send('hi', { key: 'k1', replyTo: '1-1' });
  const [message] = server.room('general').log;
  assert.deepEqual(sent, { id: message.id, seq: 1, time: message.time, duplicate: false });
  assert.deepEqual([message.key, message.replyTo], ['k1', '1-1']);
});

test('a message that a broken link left unacknowledged is sent again with its key and has one effect', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = (command, link) => {
    if (command.type !== 'send') return undefined;
    server.on_send(command, link); // it is in the log, but the answer is lost
    link.close(1006, '');
    return 'silence';
  };
  const sent = room.send('once');
  await settle();
  server.intercept = () => undefined;
  await clock.pass(1000);
  assert.equal((await sent).duplicate, true);
  assert.deepEqual(texts(server), ['once']);
  const [first, second] = commands(server, 'send');
  assert.match(first.key, /^[A-Za-z0-9_-]{1,64}$/);
  assert.equal(second.key, first.key);
});

test('messages without a link are sent in order when there is one', async () => {
  const { connection, server, clock } = given();
  server.reachable = false;
  const sends = ['one', 'two', 'three'].map((text) => connection.room('general').send(text));
  await clock.pass(5000);
  server.reachable = true;
  await clock.pass(5000);
  assert.deepEqual((await Promise.all(sends)).map(({ seq }) => seq), [1, 2, 3]);
  assert.deepEqual(texts(server), ['one', 'two', 'three']);
});

test('the next message waits for the acknowledgement, and is sent at once on a new link', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? 'silence' : undefined);
  const sends = [room.send('one'), room.send('two')];
  await settle();
  assert.deepEqual(commands(server, 'send').map(({ text }) => text), ['one']);
  server.intercept = () => undefined;
  server.drop(4200);
  await clock.pass(250);
  assert.deepEqual((await Promise.all(sends)).map(({ seq }) => seq), [1, 2]);
});

test('a rate limit delays one room, keeps its order and does not affect other rooms', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type, text }) => (type === 'send' && text === 'one'
    ? { type: 'error', code: 'rate_limited', message: 'slow down', retry: true, retryAfterMs: 1500 } : undefined);
  const sends = [room.send('one'), room.send('two')];
  await connection.room('other').send('at once');
  server.intercept = () => undefined;
  await clock.pass(1400);
  assert.deepEqual(texts(server), []);
  await clock.pass(100);
  await Promise.all(sends);
  assert.deepEqual(texts(server), ['one', 'two']);
  assert.equal(new Set(commands(server, 'send').filter(({ text }) => text === 'one').map(({ key }) => key)).size, 1);
});

test('a temporary error without a wait is retried with a back-off', async () => {
  const { connection, server, clock } = given();
  server.intercept = ({ type }) => (type === 'send' ? { type: 'error', code: 'unavailable', message: 'Redis', retry: true } : undefined);
  const sent = connection.room('general').send('patient');
  await clock.pass(4000);
  assert.equal(commands(server, 'send').length, 3); // after 750 and 1250 ms
  server.intercept = () => undefined;
  await clock.pass(4000);
  assert.equal((await sent).seq, 1);
});

test('a final error rejects with its code, and the next message continues', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  server.intercept = ({ text }) => (text === 'bad'
    ? { type: 'error', code: 'forbidden', message: 'muted', retry: false } : undefined);
  const bad = room.send('bad');
  const good = room.send('good');
  await assert.rejects(bad, { name: 'BincangError', code: 'forbidden', message: 'muted', retry: false });
  assert.equal((await good).seq, 1);
});

test('a command that always fails does not block its room for ever', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ text }) => (text === 'cursed'
    ? { type: 'error', code: 'internal', message: 'reference 1f3a', retry: true } : undefined);
  const cursed = assert.rejects(room.send('cursed'), { code: 'internal' });
  const good = room.send('good');
  await clock.pass(60_000);
  await cursed;
  assert.equal((await good).seq, 1);
  assert.equal(commands(server, 'send').filter(({ text }) => text === 'cursed').length, 5);
});

test('a frame over the limit is refused by the client, because it would break each link', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  await assert.rejects(room.send('ä'.repeat(20_000)), { code: 'too_large' });
  assert.equal((await room.send('small')).seq, 1);
  assert.equal(commands(server, 'send').length, 1);
});

test('a command without an answer ends the link and does not lose the message', async () => {
  const { connection, server, clock, states } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? 'silence' : undefined);
  const sent = room.send('hi');
  await clock.pass(50_000);
  assert.equal(states.some(({ error }) => error?.message === 'a command was not answered'), true);
  server.intercept = () => undefined;
  await clock.pass(60_000);
  assert.equal((await sent).seq, 1);
});

test('a new user does not resend what the previous user has sent', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? 'silence' : undefined);
  const underWay = assert.rejects(room.send('under way'), { code: 'unauthorized' });
  const waiting = room.send('waiting');
  await settle();
  server.intercept = ({ token }) => (token === undefined ? undefined
    : { type: 'error', code: 'unauthorized', message: 'new keys', retry: false });
  server.drop();
  await clock.pass(5000);
  await underWay;
  assert.equal((await waiting).seq, 1);
  assert.deepEqual(texts(server), ['waiting']);
});

test('a message has its place and its content, also when it is sent again', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.drop(4200);
  const more = { thread: '1-1', alsoInRoom: true, mentions: ['ben'], attachments: [{ url: 'https://a.example/b' }], data: { a: 1 } };
  const sent = room.send('', more);
  await clock.pass(1000);
  await sent;
  const [message] = server.room('general').log;
  assert.deepEqual({ ...message, ...more }, message);
  await assert.rejects(room.send('', { mentions: ['ben'] }), { code: 'bad_request' });
  await assert.rejects(room.send('hi', { thread: 'x' }), { code: 'bad_request' });
  await assert.rejects(room.send('hi', { attachments: 'x' }), { code: 'bad_request' });
});

test('reactions and pins are commands with an event of their own', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  const told = [];
  room.on('reacted', (event) => told.push(event.reactions.length));
  room.on('pinned', (event) => told.push(event.on));
  const { id } = await room.send('hi');
  assert.equal((await room.react(id, '🚀')).reactions[0].name, '🚀');
  assert.deepEqual((await room.react(id, '🚀', { on: false })).reactions, []);
  await room.pin(id);
  await room.pin(id, { on: false });
  await settle();
  assert.deepEqual(told, [1, 0, true, false]);
  assert.deepEqual(commands(server, 'pin').map(({ on }) => on), [true, false]);
  await assert.rejects(room.react(id, ''), { code: 'bad_request' });
});
