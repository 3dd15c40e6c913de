import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake-clock.js';
import { commands, given, joined } from './harness.js';

const texts = (server) => server.room('general').log.map(({ text }) => text);
/** All methods of a room that return a promise. */
const CALLS = {
  join: (room, patience) => room.join(patience),
  send: (room, patience) => room.send('hi', patience),
  edit: (room, patience) => room.edit('1-1', 'hi', patience),
  delete: (room, patience) => room.delete('1-1', patience),
  report: (room, patience) => room.report('1-1', 'spam', patience),
  history: (room, patience) => room.history(patience),
  search: (room, patience) => room.search('hi', patience),
};

for (const [name, call] of Object.entries(CALLS)) {
  for (const transport of ['websocket', 'longpoll']) {
    test(`${name} by ${transport} to an unreachable server rejects after its timeout, and when it is aborted`, async () => {
      const { connection, server, clock } = given({ transports: [transport] });
      server.reachable = false;
      const room = connection.room('general');
      const late = assert.rejects(call(room, { timeoutMs: 3000 }), { name: 'BincangError', code: 'timeout', retry: true });
      const abort = new AbortController();
      const aborted = assert.rejects(call(connection.room('other'), { signal: abort.signal }), { code: 'aborted', cause: 'enough' });
      await clock.pass(2999);
      abort.abort('enough');
      await aborted;
      await clock.pass(1);
      await late;
      server.reachable = true;
      await clock.pass(60_000);
      assert.deepEqual([connection.state, commands(server, name)], ['open', []], 'nothing of it is sent later');
    });
  }

  test(`${name} with an aborted signal is not started`, async () => {
    const { connection, server } = given();
    await settle();
    await assert.rejects(call(connection.room('general'), { signal: AbortSignal.abort('before') }), { code: 'aborted', cause: 'before' });
    await settle();
    assert.deepEqual(commands(server, name), []);
    assert.equal(connection.room('general').state, 'out');
  });
}

test('a leave without an answer can be aborted too', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'leave' ? 'silence' : undefined);
  const leaving = assert.rejects(room.leave({ timeoutMs: 1000 }), { code: 'timeout' });
  await clock.pass(1000);
  await leaving;
  assert.equal(room.state, 'out');
});

test('an aborted message in flight is not sent again, and the next ones continue', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ text }) => (text === 'slow' ? 'silence' : undefined);
  const slow = assert.rejects(room.send('slow', { timeoutMs: 1000 }), { code: 'timeout' });
  const next = room.send('next');
  await clock.pass(1000);
  await slow;
  server.intercept = () => undefined;
  server.drop();
  await clock.pass(2000);
  assert.equal((await next).seq, 1);
  assert.deepEqual(texts(server), ['next']);
});

test('a late answer to an aborted message is dropped, and the next message is sent after it', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  let answer;
  server.intercept = (command, link) => {
    if (command.text !== 'slow') return undefined;
    answer = () => link.push({ req: command.req, ...server.on_send(command, link) });
    return 'silence';
  };
  const slow = assert.rejects(room.send('slow', { timeoutMs: 1000 }), { code: 'timeout' });
  const next = room.send('next', { timeoutMs: 5000 });
  await clock.pass(1500);
  await slow;
  assert.deepEqual(commands(server, 'send').map(({ text }) => text), ['slow']);
  answer();
  assert.equal((await next).seq, 2);
});

test('a message that waits for a rate limit can be aborted, and the others keep their wait', async () => {
  const { connection, server, clock } = given();
  const { room } = await joined(connection);
  server.intercept = ({ type }) => (type === 'send' ? { type: 'error', code: 'rate_limited', message: '', retry: true, retryAfterMs: 8000 } : undefined);
  const first = assert.rejects(room.send('first', { timeoutMs: 1000 }), { code: 'timeout' });
  const second = room.send('second');
  await clock.pass(2000);
  await first;
  server.intercept = () => undefined;
  await clock.pass(5000);
  assert.deepEqual(texts(server), []);
  await clock.pass(1000);
  assert.equal((await second).seq, 1);
  assert.deepEqual(texts(server), ['second']);
});

test('aborting a join does not abort other joins', async () => {
  const { connection, server, clock } = given();
  server.reachable = false;
  const room = connection.room('general');
  const mine = assert.rejects(room.join({ timeoutMs: 100 }), { code: 'timeout' });
  const yours = room.join();
  await clock.pass(100);
  await mine;
  assert.equal(room.state, 'joining');
  server.reachable = true;
  await clock.pass(5000);
  assert.equal((await yours).state, 'ok');
});

test('a room is left when every join has been left', async () => {
  const { connection, server } = given();
  const { room, texts: heard } = await joined(connection);
  await room.join();
  await room.leave();
  server.post('general', 'still heard');
  await settle();
  assert.deepEqual([room.state, heard(), commands(server, 'leave')], ['joined', ['still heard'], []]);
  await room.leave();
  await room.leave(); // once too often
  assert.deepEqual([room.state, commands(server, 'leave').length], ['out', 1]);
  await room.join();
  assert.equal(room.state, 'joined');
  await room.leave();
  assert.equal(room.state, 'out');
});

test('denied joins need no leave', async () => {
  const { connection, server } = given();
  const { room } = await joined(connection);
  await room.join();
  for (const link of server.links) link.push({ type: 'denied', room: 'general' });
  await settle();
  assert.equal(room.state, 'out');
  await room.join();
  await room.leave();
  assert.equal(room.state, 'out');
});

test('a loop that joined the room leaves it, unless somebody else is in it', async () => {
  const { connection, server } = given();
  const one = async (room) => {
    for await (const { text } of room) return text;
  };
  const alone = connection.room('alone');
  const shared = connection.room('shared');
  const first = [one(alone), one(shared)];
  await shared.join();
  for (const room of ['alone', 'shared']) server.post(room, 'hi');
  assert.deepEqual(await Promise.all(first), ['hi', 'hi']);
  await settle();
  assert.deepEqual([alone.state, shared.state], ['out', 'joined']);
});
