import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BincangError } from '../index.js';
import { settle } from './fake-clock.js';
import { commands, given, joined } from './harness.js';

test('the client opens with the sub-protocol and sends hello', async () => {
  const { connection, server, states } = given();
  assert.equal(connection.state, 'connecting');
  await settle();
  assert.equal(connection.state, 'open');
  assert.deepEqual(connection.user, { id: 'g1', name: 'Ana' });
  assert.deepEqual(commands(server, 'hello'), [{ type: 'hello', guest: 'Ana', rooms: {}, req: 1 }]);
  assert.deepEqual(states, [{ state: 'open' }]);
});

test('a late listener of the state gets the current state once', async () => {
  const { connection, server, clock } = given();
  await settle();
  const [late, off, meanwhile] = [[], [], []];
  connection.on('state', (change) => late.push(change));
  connection.on('state', (change) => off.push(change))();
  await settle();
  server.reachable = false;
  server.drop();
  await clock.pass(1);
  connection.on('state', (change) => meanwhile.push(change));
  connection.close();
  await settle();
  assert.deepEqual(late.map(({ state }) => state), ['open', 'connecting', 'closed']);
  assert.deepEqual(off, []);
  assert.deepEqual(meanwhile.map(({ state }) => state), ['closed']);
});

test('a late listener gets the remaining time to the next attempt, and the reason', async () => {
  const { connection, server, clock } = given();
  server.reachable = false;
  await clock.pass(250);
  const late = [];
  connection.on('state', (change) => late.push(change));
  await settle();
  assert.deepEqual(late.map(({ state, waitMs, error }) => [state, waitMs, error.code]), [['connecting', 500, 'lost']]);
});

test('a listener that is registered twice is called twice, and removed one at a time', async () => {
  const { connection } = given();
  const heard = [];
  const listener = () => heard.push('welcome');
  connection.on('welcome', listener);
  connection.on('welcome', listener)();
  await settle();
  assert.equal(heard.length, 1);
});

test('a provider of a token or URL has a time limit, and is asked again after an invalid value', async () => {
  for (const broken of [() => new Promise(() => {}), () => undefined, () => 7, () => { throw new Error('no'); }]) {
    for (const what of ['token', 'url']) {
      let asked = 0;
      const provider = () => (++asked === 1 ? broken() : what === 'url' ? 'ws://127.0.0.1/ws' : 'token:u7:Ana');
      const { connection, clock } = given({ guest: undefined, token: 'token:u7:Ana', [what]: provider });
      await clock.pass(40_000);
      assert.deepEqual([connection.state, asked], ['open', 2], `${what} ${broken}`);
    }
  }
});

test('a guest reconnects with the signed token', async () => {
  const { connection, server, clock } = given();
  const tokens = [];
  connection.on('token', (token) => tokens.push(token));
  await settle();
  server.drop();
  await clock.pass(1000);
  assert.deepEqual(tokens, ['token:g1:Ana', 'token:g1:Ana']);
  assert.deepEqual(commands(server, 'hello').map(({ guest, token }) => ({ guest, token })), [
    { guest: 'Ana', token: undefined }, { guest: undefined, token: 'token:g1:Ana' }]);
});

test('a guest whose stored token is refused becomes a new guest of the same name', async () => {
  const { connection, clock, states } = given({ token: 'of an earlier server' });
  await clock.pass(1000);
  assert.equal(connection.state, 'open');
  assert.deepEqual(connection.user, { id: 'g1', name: 'Ana' });
  assert.equal(states[0].error.code, 'unauthorized');
});

test('a token provider is asked at every attempt, and again when the token expires', async () => {
  let asked = 0;
  const { server, clock } = given({ guest: undefined, token: async () => `token:u7:Ana${++asked}` });
  await settle();
  server.drop(4102);
  await clock.pass(8000);
  for (const link of server.links) link.push({ type: 'token_expiring', inMs: 60_000 });
  await settle();
  assert.deepEqual(commands(server, 'hello').map(({ token }) => token), ['token:u7:Ana1', 'token:u7:Ana2']);
  assert.deepEqual(commands(server, 'auth').map(({ token }) => token), ['token:u7:Ana3']);
});

test('a provider that fails is tried again', async () => {
  let asked = 0;
  const { connection, clock, states } = given({ guest: undefined, token: async () => {
    if (++asked === 1) throw new Error('offline');
    return 'token:u7:Ana';
  } });
  await settle();
  assert.equal(states[0].error.cause.message, 'offline');
  await clock.pass(1000);
  assert.equal(connection.state, 'open');
});

for (const code of [4000, 4001, 4003, 4005]) {
  test(`after ${code} the client does not reconnect`, async () => {
    const { connection, server, clock } = given({ guest: undefined, token: 'token:u7:Ana' });
    await settle();
    server.drop(code);
    await clock.pass(120_000);
    assert.equal(connection.state, 'closed');
    assert.equal(server.dialled, 1);
  });
}

test('the client reconnects later after 41xx, now after 42xx, and with a back-off after a network failure', async () => {
  for (const [code, early, due] of [[4100, 5900, 6100], [4200, 240, 260], [1006, 740, 760]]) {
    const { connection, server, clock, states } = given();
    await settle();
    server.drop(code);
    await clock.pass(early);
    assert.equal(connection.state, 'connecting');
    assert.equal(server.dialled, 1);
    assert.equal(states.at(-1).waitMs < due, true);
    await clock.pass(due - early);
    assert.equal(connection.state, 'open');
  }
});

test('waits grow while nothing answers and are short again after a steady link', async () => {
  const { connection, server, clock, states } = given();
  server.reachable = false;
  await clock.pass(60_000);
  const waits = states.filter(({ waitMs }) => waitMs).map(({ waitMs }) => waitMs);
  assert.deepEqual(waits.slice(0, 6), [750, 1250, 2250, 4250, 8250, 15250]);
  server.reachable = true;
  await clock.pass(60_000);
  assert.equal(connection.state, 'open');
  server.drop();
  await settle();
  assert.equal(states.at(-1).waitMs, 750);
});

test('a server that accepts the link but never sends welcome is abandoned', async () => {
  const { server, clock, states } = given();
  server.intercept = () => 'silence';
  await clock.pass(15_000);
  assert.equal(states[0].state, 'connecting');
  assert.equal(states[0].error.message, 'no welcome in time');
});

test('a hello with a temporary refusal is repeated after the given wait, and one with a final refusal is not', async () => {
  const { connection, server, clock, states } = given();
  server.intercept = () => ({ type: 'error', code: 'unavailable', message: 'Redis is away', retry: true, retryAfterMs: 20_000 });
  await clock.pass(1000);
  assert.equal(states[0].waitMs, 20_000);
  server.intercept = () => ({ type: 'error', code: 'forbidden', message: 'no guests here', retry: false });
  await clock.pass(20_000);
  assert.equal(connection.state, 'closed');
  assert.equal(states.at(-1).error.code, 'forbidden');
});

test('after silence the client pings, and then reconnects', async () => {
  const { connection, server, clock } = given();
  await settle();
  server.intercept = (command) => (command.type === 'ping' ? 'silence' : undefined);
  await clock.pass(49_000);
  assert.equal(commands(server, 'ping').length, 0);
  await clock.pass(2000);
  assert.equal(commands(server, 'ping').length, 1);
  assert.equal(connection.state, 'open');
  await clock.pass(4000);
  assert.equal(connection.state, 'connecting');
});

test('server pings keep a quiet link', async () => {
  const { connection, server, clock } = given();
  await settle();
  for (let i = 0; i < 10; i++) {
    await clock.pass(25_000);
    for (const link of server.links) link.push({ type: 'ping' });
  }
  await settle();
  assert.equal(connection.state, 'open');
  assert.deepEqual(server.received.map(({ type }) => type), ['hello']);
});

test('a page that becomes visible checks its link within seconds', async () => {
  const { connection, server, clock, page } = given();
  await settle();
  server.intercept = (command) => (command.type === 'ping' ? 'silence' : undefined);
  page.document.dispatchEvent(new Event('visibilitychange'));
  await clock.pass(5000);
  assert.equal(connection.state, 'connecting');
});

test('when the browser reports offline, the client soon gives up the link', async () => {
  const { connection, server, clock, page } = given();
  await settle();
  server.intercept = (command) => (command.type === 'ping' ? 'silence' : undefined);
  page.dispatchEvent(new Event('offline'));
  await clock.pass(1000);
  assert.equal(connection.state, 'connecting');
});

test('after sleep the client checks its link at once', async () => {
  const { connection, server, clock } = given();
  await settle();
  server.intercept = (command) => (command.type === 'ping' ? 'silence' : undefined);
  clock.sleep(20_000); // less than a silence that would be noticed
  await clock.pass(0);
  assert.equal(commands(server, 'ping').length, 1);
  await clock.pass(5000);
  assert.equal(connection.state, 'connecting');
});

test('when the network is back the client stops waiting', async () => {
  const { connection, server, clock, page, states } = given();
  server.reachable = false;
  await clock.pass(5000);
  server.reachable = true;
  await clock.pass(1500);
  assert.equal(states.at(-1).waitMs > 2000, true);
  page.dispatchEvent(new Event('online'));
  await settle();
  assert.equal(connection.state, 'open');
});

test('a returning network does not shorten a wait that the server asked for', async () => {
  const { connection, server, clock, page } = given();
  await settle();
  server.drop(4100);
  await clock.pass(2000);
  page.dispatchEvent(new Event('online'));
  await clock.pass(2000);
  assert.equal(connection.state, 'connecting');
  assert.equal(server.dialled, 1);
});

test('close rejects unacknowledged messages; reopen continues', async () => {
  const { connection, server } = given();
  const { room, texts } = await joined(connection);
  server.intercept = (command) => (command.type === 'send' ? 'silence' : undefined);
  const sent = room.send('lost?');
  await settle();
  connection.close();
  await assert.rejects(sent, (error) => error instanceof BincangError && error.code === 'closed');
  await assert.rejects(room.send('no'), { code: 'closed' });
  assert.equal(server.links.size, 0);
  server.intercept = () => undefined;
  server.post('general', 'meanwhile');
  connection.reopen();
  await settle();
  assert.deepEqual(texts(), ['meanwhile']);
});
