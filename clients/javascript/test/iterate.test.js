import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { given, joined } from './harness.js';

/** What the loop has received so far, and how it ended. */
function looped(room) {
  const had = [];
  const loop = { had, ended: undefined };
  loop.done = (async () => {
    for await (const event of room) had.push(event.text ?? event.type);
  })().then(() => { loop.ended = 'well'; }, (error) => { loop.ended = error; });
  return loop;
}

test('iterating over a room joins it', async () => {
  const { connection, server } = given();
  const loop = looped(connection.room('general'));
  await settle();
  for (const text of ['one', 'two']) server.post('general', text);
  server.rollBack('general', 1);
  await settle();
  assert.deepEqual(loop.had, ['one', 'two', 'reset']);
});

test('a loop continues after a join, ends when the room is left, and removes its listeners', async () => {
  const { connection, server } = given();
  server.post('general', 'before');
  const room = connection.room('general');
  await room.join({ last: 1 });
  const loop = looped(room);
  await settle();
  assert.deepEqual(loop.had, ['before']);
  await room.leave();
  await loop.done;
  assert.equal(loop.ended, 'well');
});

test('a loop survives a broken link, ends with the connection, and throws errors', async () => {
  const { connection, server, clock } = given();
  const one = looped(connection.room('one'));
  const two = looped(connection.room('two'));
  await settle();
  server.drop();
  server.post('one', 'missed');
  await clock.pass(1000);
  for (const link of server.links) link.push({ type: 'denied', room: 'two' });
  await settle();
  assert.equal(two.ended.code, 'forbidden');
  connection.close();
  await one.done;
  assert.deepEqual([one.had, one.ended], [['missed'], 'well']);
  const closed = given({ guest: undefined, token: 'token:u7:Ana' });
  const loop = looped(closed.connection.room('general'));
  await settle();
  closed.server.drop(4003);
  await loop.done;
  assert.equal(loop.ended.code, 'forbidden');
});

test('a loop over a forbidden room throws', async () => {
  const { connection, server } = given();
  server.denied.add('secret');
  const loop = looped(connection.room('secret'));
  await loop.done;
  assert.equal(loop.ended.code, 'forbidden');
});

test('after a break a loop receives nothing more', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  const first = (async () => {
    for await (const { text } of room) return text;
  })();
  server.post('general', 'one');
  server.post('general', 'two');
  await settle();
  assert.equal(await first, 'one');
  assert.equal(room.state, 'joined');
});
