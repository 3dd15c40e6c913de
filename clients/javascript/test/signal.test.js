import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { commands, given, joined } from './harness.js';

for (const transport of ['websocket', 'stream']) {
  test(`a signal by ${transport} reaches the room, moves no position and is no event`, async () => {
    const { connection, server } = given({ transports: [transport] });
    const { room, seen } = await joined(connection);
    const signals = [];
    room.on('signal', (frame) => signals.push(frame));
    room.on('typing', (frame) => signals.push(frame));
    const { position } = room;
    await room.signal('cursor', { x: 1 });
    await room.typing(true);
    await settle();
    const by = connection.user;
    assert.deepEqual(signals, [
      { type: 'signal', room: 'general', by, name: 'cursor', data: { x: 1 } }, { type: 'typing', room: 'general', by, on: true }]);
    assert.equal(room.position, position);
    assert.deepEqual(seen, []);
    assert.equal(commands(server, 'signal').length, 1);
  });
}

test('a signal without a link is lost, and is not sent later', async () => {
  const { connection, server, clock } = given();
  await assert.rejects(connection.room('general').signal('cursor', {}), { code: 'lost', retry: true });
  const { room } = await joined(connection);
  server.drop();
  await settle();
  await assert.rejects(room.typing(true), { code: 'lost' });
  await clock.pass(10_000);
  assert.equal(connection.state, 'open');
  assert.deepEqual([...commands(server, 'signal'), ...commands(server, 'typing')], []);
});

test('a refused signal rejects with the reason', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'signal' ? { type: 'error', code: 'forbidden', message: 'no', retry: false } : undefined);
  await assert.rejects(room.signal('cursor', {}), { code: 'forbidden' });
});

test('an iteration gives events, and no signals', async () => {
  const { connection, server } = given();
  const room = connection.room('general');
  await room.join();
  await room.signal('cursor', {});
  const told = [];
  const reading = (async () => {
    for await (const frame of room) if (told.push(frame.type) === 1) return;
  })();
  server.post('general', 'hi');
  await reading;
  assert.deepEqual(told, ['message']);
});
