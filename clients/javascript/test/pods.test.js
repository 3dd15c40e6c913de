import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect } from '../index.js';
import { newKey } from '../key.js';
import { TinyWebSocket } from './tiny-websocket.js';

/**
 * Against real pods of the same rooms, where guests are let in, rooms are open and a stream lasts for 8 seconds:
 *
 *   BINCANG_URLS=http://127.0.0.1:8080,http://127.0.0.1:8081 node --test test/pods.test.js
 */
const urls = (process.env.BINCANG_URLS ?? '').split(',').filter(Boolean);
const skip = urls.length < 2 && 'BINCANG_URLS does not name two pods';
/** Each test waits for a condition. The timeout only ends a test that would wait for ever. */
const options = { skip, timeout: 180_000 };
const connections = [];
after(() => connections.forEach((connection) => connection.close()));

/** A network to the pods that can block one of them, and can lose the answer to a send. */
class Network {
  away = new Set();
  loseAnswer = false;
  #sockets = new Set();
  #requests = new Set();

  fetch = async (url, init) => {
    const { host } = new URL(url);
    if (this.away.has(host)) throw new TypeError('away');
    const abort = new AbortController();
    const one = { host, abort };
    this.#requests.add(one);
    init.signal?.addEventListener('abort', () => abort.abort());
    const response = await fetch(url, { ...init, signal: abort.signal });
    if (this.loseAnswer && url.endsWith('/api/commands')) {
      await response.text();
      this.loseAnswer = false;
      throw new TypeError('lost');
    }
    return response;
  };

  get WebSocket() {
    const network = this;
    return class extends TinyWebSocket {
      constructor(url, protocol) {
        super(url, protocol);
        this.host = new URL(url).host;
        network.#sockets.add(this);
        if (network.away.has(this.host)) this.destroy();
      }

      receive(data) {
        if (!network.loseAnswer || JSON.parse(data).duplicate === undefined) return super.receive(data);
        network.loseAnswer = false;
        this.destroy();
      }
    };
  }

  lose(url) {
    const { host } = new URL(url);
    this.away.add(host);
    for (const one of this.#requests) if (one.host === host) one.abort.abort();
    for (const one of this.#sockets) if (one.host === host) one.destroy();
  }
}

function guest(name, transport, pods) {
  const network = new Network();
  const connection = connect({
    urls: pods, guest: name, transports: [transport], fetch: network.fetch, WebSocket: network.WebSocket, random: () => 0,
  });
  connections.push(connection);
  return { connection, network };
}

/** A joined room and its events. `until` waits for a number of messages. */
async function entered(connection, id, from) {
  const room = connection.room(id);
  const texts = [];
  let look = () => {};
  room.on('message', ({ text }) => {
    texts.push(text);
    look();
  });
  await room.join(from);
  const until = (count) => new Promise((resolve) => {
    look = () => texts.length >= count && resolve(texts);
    look();
  });
  return { room, texts, until };
}

const numbered = (from, to) => Array.from({ length: to - from }, (_, i) => `${from + i} ë 😀`);
const aRoom = () => `js-${newKey().toLowerCase().replace(/[^a-z0-9]/g, 'x')}`;

for (const transport of ['websocket', 'stream', 'sse', 'longpoll', 'poll']) {
  test(`${transport}: two users at two pods receive the same, in one order`, options, async () => {
    const id = aRoom();
    const [ana, ben] = [guest('Ana', transport, urls), guest('Ben', transport, [...urls].reverse())];
    const [a, b] = [await entered(ana.connection, id), await entered(ben.connection, id)];
    await Promise.all([
      (async () => { for (const text of numbered(0, 10)) await a.room.send(`a${text}`); })(),
      Promise.all(numbered(0, 10).map((text) => b.room.send(`b${text}`))),
    ]);
    const heard = await a.until(20);
    assert.deepEqual(await b.until(20), heard);
    for (const who of ['a', 'b']) {
      assert.deepEqual(heard.filter((text) => text[0] === who), numbered(0, 10).map((text) => who + text));
    }
    assert.notEqual(ana.connection.user?.id, ben.connection.user?.id);
    assert.equal(ana.connection.transport, transport);
    assert.equal((await a.room.history({ limit: 20 })).events.length, 20);
  });

  test(`${transport}: a client whose pod dies continues at the other one, without loss or duplicates`, options, async () => {
    const id = aRoom();
    const [ana, ben] = [guest('Ana', transport, [urls[1]]), guest('Ben', transport, urls)];
    const { room } = await entered(ana.connection, id);
    const { texts, until } = await entered(ben.connection, id);
    for (const text of numbered(0, 5)) await room.send(text);
    await until(5);
    const before = ben.connection.user?.id;
    ben.network.lose(urls[0]);
    for (const text of numbered(5, 10)) await room.send(text);
    await until(10);
    await ben.connection.room(id).send('here I am');
    await until(11);
    assert.deepEqual(texts, [...numbered(0, 10), 'here I am']);
    assert.equal(ben.connection.user?.id, before);
  });

  test(`${transport}: a send whose answer was lost has one effect`, options, async () => {
    const id = aRoom();
    const { connection, network } = guest('Ana', transport, urls);
    const { room, until } = await entered(connection, id);
    network.loseAnswer = true;
    const sent = await room.send('once');
    assert.equal(sent.duplicate, true);
    await room.send('then');
    assert.deepEqual(await until(2), ['once', 'then']);
    assert.equal((await room.history()).events.length, 2);
  });

  test(`${transport}: a join can ask for the newest events`, options, async () => {
    const id = aRoom();
    const { connection } = guest('Ana', transport, urls);
    for (const text of numbered(0, 5)) await connection.room(id).send(text);
    const { until, room } = await entered(connection, id, { last: 3 });
    assert.deepEqual(await until(3), numbered(2, 5));
    await room.leave();
  });
}

test('streams are renewed without loss or duplicates', options, async () => {
  await Promise.all(['stream', 'sse'].map(async (transport) => {
    const { connection } = guest('Ana', transport, urls);
    const breaks = [];
    let streams = 0;
    connection.on('welcome', () => streams++);
    const { room, until } = await entered(connection, aRoom());
    for (const type of ['gap', 'reset', 'denied']) room.on(type, (frame) => breaks.push(frame));
    const sent = [];
    while (streams < 3) {
      sent.push(`${sent.length}`);
      await room.send(sent.at(-1));
    }
    assert.deepEqual(await until(sent.length), sent);
    assert.deepEqual(breaks, []);
  }));
});
