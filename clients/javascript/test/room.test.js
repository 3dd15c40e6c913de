import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { commands, given, joined } from './harness.js';

test('a join before the link is open is sent when it opens', async () => {
  const { connection, server } = given();
  server.post('general', 'old');
  const { room, texts } = await joined(connection);
  server.post('general', 'new');
  await settle();
  assert.deepEqual(texts(), ['new']);
  assert.equal(room.position, server.room('general').head);
});

test('read and unread move the mark in the order of the calls, also over a broken link', async () => {
  const { connection, server, clock } = given();
  server.intercept = (command) => /read/.test(command.type) && server.reachable
    ? { type: 'ok', mark: command.upTo ?? command.from, n: 1, unread: 0, mentions: 0 } : undefined;
  const room = connection.room('general');
  await settle();
  server.drop();
  const answers = [room.read('3-7', { known: '1-7' }), room.unread('2-7')];
  await clock.pass(1000);
  assert.deepEqual((await Promise.all(answers)).map(({ mark }) => mark), ['3-7', '2-7']);
  assert.deepEqual(server.received.filter(({ type }) => /read/.test(type)).map(({ type, upTo, known, from }) => ({ type, upTo, known, from })), [
    { type: 'read', upTo: '3-7', known: '1-7', from: undefined }, { type: 'unread', upTo: undefined, known: undefined, from: '2-7' }]);
  await assert.rejects(room.read('general'), { code: 'bad_request' });
});

test('all rooms resume from their positions in one hello', async () => {
  const { connection, server, clock } = given();
  const general = await joined(connection, 'general');
  const quiet = await joined(connection, 'quiet');
  const left = await joined(connection, 'left');
  const first = server.post('general', 'one');
  await settle();
  await left.room.leave();
  server.drop();
  await settle();
  server.post('general', 'two');
  server.post('quiet', 'three');
  await clock.pass(1000);
  assert.deepEqual(commands(server, 'hello')[1].rooms, { general: first.id, quiet: '0-0' });
  assert.equal(commands(server, 'join').length, 3);
  assert.deepEqual(general.texts(), ['one', 'two']);
  assert.deepEqual(quiet.texts(), ['three']);
});

test('a join can ask for the newest events, and repeats this if the link breaks before they arrive', async () => {
  const { connection, server, clock } = given();
  for (const text of ['one', 'two', 'three']) server.post('general', text);
  await settle();
  server.intercept = (command, link) => {
    if (command.type === 'join') link.afterwards.push(() => link.close(1006, ''));
  };
  const { seen, texts } = await joined(connection, 'general', { last: 2 });
  assert.equal(seen.length, 0);
  server.intercept = () => undefined;
  await clock.pass(1000);
  assert.deepEqual(commands(server, 'hello')[1].rooms, {});
  assert.deepEqual(texts(), ['two', 'three']);
});

test('an event that arrives twice is reported once', async () => {
  const { connection, server } = given();
  const { texts } = await joined(connection);
  const message = server.post('general', 'one');
  for (const link of server.links) link.push(message);
  server.post('general', 'two');
  for (const link of server.links) link.push(message);
  await settle();
  assert.deepEqual(texts(), ['one', 'two']);
});

test('an acknowledgement that overtakes events does not move the position', async () => {
  const { connection, server, clock } = given();
  const { room, texts } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? { type: 'ok', id: '9-9', seq: 9, time: 1, duplicate: false } : undefined);
  await room.send('mine');
  assert.equal(room.position, '0-0');
  server.post('general', 'before it');
  server.drop();
  await clock.pass(1000);
  assert.deepEqual(texts(), ['before it']);
});

test('a trimmed log is reported as a gap, and the events after it follow', async () => {
  const { connection, server, clock } = given();
  const { room, seen } = await joined(connection);
  server.post('general', 'one');
  await settle();
  server.drop();
  await settle();
  for (const text of ['two', 'three', 'four']) server.post('general', text);
  server.trim('general', 3);
  await clock.pass(1000);
  assert.deepEqual(seen.map(({ type, seq, fromSeq, toSeq }) => [type, seq ?? [fromSeq, toSeq]]), [
    ['message', 1], ['gap', [2, 3]], ['message', 4]]);
  assert.equal(room.position, server.room('general').head);
});

test('a rollback is reported as a reset, and the same seq with another tag is a new event', async () => {
  const { connection, server, clock } = given();
  const { room, seen } = await joined(connection);
  server.post('general', 'kept');
  server.post('general', 'lost');
  await settle();
  server.drop();
  await settle();
  server.rollBack('general', 1);
  server.post('general', 'instead');
  server.post('general', 'after');
  await clock.pass(1000);
  assert.deepEqual(seen.slice(2).map(({ type, text, from }) => text ?? [type, from]), [
    ['reset', server.room('general').log[0].id], 'instead', 'after']);
  assert.equal(room.position, server.room('general').head);
});

test('a reset while connected moves the position back', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  const kept = server.post('general', 'kept');
  server.post('general', 'lost');
  await settle();
  server.rollBack('general', 1);
  await settle();
  assert.equal(room.position, kept.id);
});

test('events that a reset removed are reported again if the server sends them again', async () => {
  const { connection, server } = given();
  const { texts } = await joined(connection);
  const message = server.post('general', 'still true');
  await settle();
  for (const link of server.links) {
    link.push({ type: 'reset', room: 'general', from: '0-0', head: message.id });
    link.push(message);
  }
  await settle();
  assert.deepEqual(texts(), ['still true', 'still true']);
});

test('a room that is denied after a reconnect reports it and is left', async () => {
  const { connection, server, clock } = given();
  const { room, seen } = await joined(connection);
  server.denied.add('general');
  server.drop();
  await clock.pass(1000);
  assert.equal(seen[0].code, 'forbidden');
  assert.equal(room.state, 'out');
  await assert.rejects(room.join(), { code: 'forbidden', retry: false });
});

test('a removed user is told, and receives nothing more', async () => {
  const { connection, server, clock } = given();
  const { room, seen } = await joined(connection);
  for (const link of server.links) link.push({ type: 'denied', room: 'general' });
  server.post('general', 'not for you');
  await settle();
  assert.equal(seen.length, 1);
  assert.equal(seen[0].code, 'forbidden');
  assert.equal(room.state, 'out');
  server.drop();
  await clock.pass(1000);
  assert.deepEqual(commands(server, 'hello')[1].rooms, {});
});

test('edits and deletions are sent in the order of the calls', async () => {
  const { connection } = given();
  const { room, seen } = await joined(connection);
  const { id } = await room.send('hi');
  await Promise.all([room.edit(id, 'hello'), room.delete(id)]);
  await settle();
  assert.deepEqual(seen.map(({ type, target }) => [type, target]), [['message', undefined], ['edited', id], ['deleted', id]]);
});

test('a message is reported, and once more it is a duplicate', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  const { id } = await room.send('hi');
  const first = await room.report(id, 'spam');
  assert.deepEqual([first.duplicate, (await room.report(id, 'again')).duplicate], [false, true]);
  assert.deepEqual(commands(server, 'report').map(({ room, target, reason }) => [room, target, reason]),
    [['general', id, 'spam'], ['general', id, 'again']]);
});

test('a room that was left gives no more events and can be joined again', async () => {
  const { connection, server } = given();
  const { room, texts } = await joined(connection);
  await room.leave();
  server.post('general', 'unheard');
  await settle();
  await room.join({ last: 1 });
  await settle();
  assert.deepEqual(texts(), ['unheard']);
});

test('events that arrive after leaving are not reported', async () => {
  const { connection, server } = given();
  const { room, seen } = await joined(connection);
  server.intercept = ({ type }) => (type === 'leave' ? 'silence' : undefined);
  room.leave();
  server.post('general', 'too late');
  await settle();
  assert.deepEqual([seen.length, room.position], [0, '0-0']);
});

test('leaving while joining rejects the join and nothing else', async () => {
  const { connection, server } = given();
  const room = connection.room('general');
  const joining = assert.rejects(room.join(), { code: 'aborted' });
  await room.leave();
  await joining;
  await room.join();
  assert.equal(room.state, 'joined');
  assert.equal(commands(server, 'join').length, 1);
});

test('history is read in pages', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  for (let i = 1; i <= 5; i++) server.post('general', `${i}`);
  const newest = await room.history({ limit: 2 });
  assert.deepEqual(newest.events.map(({ text }) => text), ['4', '5']);
  const older = await room.history({ before: newest.events[0].id, limit: 10 });
  assert.deepEqual([older.events.length, older.more], [3, false]);
  const ids = [older.events[0].id, newest.events[1].id];
  assert.deepEqual((await room.history({ ids, only: 'messages' })).events.map(({ text }) => text), ['1', '5']);
  await room.history({ around: ids[0], limit: 3 });
  await room.history({ after: ids[0] });
  const [, , third, around, after] = commands(server, 'history').map(({ req, ...command }) => command);
  assert.deepEqual(third, { type: 'history', room: 'general', ids, only: 'messages' });
  assert.deepEqual([around, after], [{ type: 'history', room: 'general', around: ids[0], limit: 3 }, { type: 'history', room: 'general', after: ids[0] }]);
});

test('a search finds messages, newest first', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  for (let i = 1; i <= 3; i++) server.post('general', `hi ${i}`);
  server.post('general', 'ho');
  const { events, next, searched } = await room.search('hi', { limit: 2, has: 'link', since: 5 });
  assert.deepEqual([events.map(({ text }) => text), next, searched], [['hi 3', 'hi 2'], events[1].id, 4]);
  const [{ req, ...command }] = commands(server, 'search');
  assert.deepEqual(command, { type: 'search', room: 'general', words: 'hi', limit: 2, has: 'link', since: 5 });
});
