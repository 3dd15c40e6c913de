// A client of clients/javascript. Reads instructions from its standard input and writes reports to its output, line by line.
import http from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

const { CLIENT, SERVER, TOKEN, ROOM, PROXY, SOCKETLESS } = process.env;
const { connect } = await import(CLIENT);
const tell = (what) => console.log(JSON.stringify(what));

/** Node's own fetch does not support forward proxies. */
function throughProxy(url, { method = 'GET', headers, body, signal }) {
  const { hostname, port } = new URL(PROXY);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path: url, headers, signal }, (answer) => {
      resolve(new Response(Readable.toWeb(answer), { status: answer.statusCode, headers: answer.headers }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const began = performance.now();
const connection = connect({
  url: SERVER,
  token: TOKEN,
  ...(PROXY ? { fetch: throughProxy } : {}),
  ...(PROXY || SOCKETLESS ? { WebSocket: undefined } : {}),
});
connection.on('state', ({ state }) => tell({ state, ms: Math.round(performance.now() - began) }));
connection.on('transport', () => tell({ transport: connection.transport }));
const room = connection.room(ROOM);
room.on('message', ({ text, seq }) => tell({ text, seq }));
for (const trouble of ['gap', 'reset', 'denied']) room.on(trouble, () => tell({ trouble }));
room.join({ after: '0-0' }).then(() => tell({ joined: connection.transport }), (error) => tell({ failed: String(error) }));

for await (const line of createInterface(process.stdin)) {
  room.send(line).then(() => tell({ sent: line }), (error) => tell({ failed: String(error) }));
}
connection.close();
