// Many clients of clients/javascript, and some minimal clients that only reconnect, for pods that start and end.
// Reads instructions from its standard input and writes reports to its output, line by line; see Crowd.java.
import { createInterface } from 'node:readline';

const { CLIENT, TOKENS, SMART, BARE, ROOMS } = process.env;
const { connect } = await import(CLIENT);
const tokens = TOKENS.split(' ');
const transports = ['websocket', 'websocket', 'websocket', 'websocket', 'websocket', 'websocket', 'websocket', 'stream', 'sse', 'longpoll'];
const now = () => performance.timeOrigin + performance.now();
const tell = (what) => console.log(JSON.stringify(what));
const any = (list) => list[Math.floor(Math.random() * list.length)];
const url = 'http://127.0.0.1/';

/** Acts like a Service: each new connection and each request goes to any ready pod. */
let ready = [];
const pod = (at) => Object.assign(new URL(at), { port: any(ready) }).href;
const dials = [];
class Socket extends WebSocket {
  constructor(at, protocol) {
    dials.push(now());
    super(pod(at), protocol);
  }
}
const request = (at, init) => {
  if (/ndjson|event-stream/.test(init.headers.Accept)) dials.push(now());
  return fetch(pod(at), init);
};

let [lost, twice, troubles, left, sent, acked] = [0, 0, 0, 0, 0, 0];
const failed = {};
let late = [];
/** The newest acknowledged message of each room. */
const heads = {};

/** What one client receives: it must receive everything, once. */
class Ear {
  last = 0;

  constructor(room) {
    this.room = room;
    ears.push(this);
  }

  hears({ seq, text }) {
    if (this.last && seq > this.last + 1) lost++;
    if (seq <= this.last) return twice++;
    this.last = seq;
    late.push(now() - Number(text));
  }
}
const ears = [];

const connections = Array.from({ length: Number(SMART) }, (_, i) => {
  const transport = transports[i % transports.length];
  const connection = connect({ url, token: tokens[i % tokens.length], transports: [transport], WebSocket: Socket, fetch: request });
  const room = connection.room(`crowd-${i % Number(ROOMS)}`);
  const ear = new Ear(room.id);
  let open = false;
  connection.on('state', ({ state }) => {
    if (open && state !== 'open') left++;
    open = state === 'open';
  });
  room.on('message', (message) => ear.hears(message));
  for (const trouble of ['gap', 'reset', 'denied']) room.on(trouble, () => troubles++);
  room.join();
  return { connection, room, ear, joined: () => room.state === 'joined' };
});

/** A minimal client: it keeps positions and reconnects. */
function bare(i) {
  const room = `crowd-${i % Number(ROOMS)}`;
  const ear = new Ear(room);
  const at = { [room]: null };
  const client = { open: false, joined: () => client.open };
  const dial = () => {
    const socket = new Socket('ws://127.0.0.1/ws', 'bincang.v1');
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', req: 1, token: tokens[i % tokens.length], rooms: at }));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === 'welcome') [client.open, at[room]] = [true, at[room] ?? frame.rooms[room].head];
      if (frame.type === 'gap' || frame.type === 'reset') troubles++;
      if (frame.type === 'message') {
        ear.hears(frame);
        at[room] = frame.id;
      }
    };
    let gone = false;
    socket.onerror = () => socket.onclose({ code: 1006 }); // Node 20 fires no close event after a refused upgrade
    socket.onclose = ({ code }) => {
      if (gone) return;
      gone = true;
      client.open = false;
      setTimeout(dial, (Math.floor(code / 100) === 42 ? 0 : 500) + Math.random() * 500);
    };
  };
  dial();
  return client;
}

const everybody = [...connections];
let sending;
const commands = {
  ready: (...ports) => { ready = ports; },
  bare: () => { for (let i = 0; i < Number(BARE); i++) everybody.push(bare(i)); },
  /** Sends this number of messages per second. */
  send(rate) {
    clearInterval(sending);
    if (Number(rate) === 0) return;
    sending = setInterval(() => {
      const { room } = any(connections);
      sent++;
      room.send(`${now()}`).then(({ seq }) => {
        acked++;
        heads[room.id] = Math.max(heads[room.id] ?? 0, seq);
      }, (error) => { failed[error.code] = (failed[error.code] ?? 0) + 1; });
    }, 1000 / Number(rate));
  },
  /** Reports what has happened since the last report, and the current state. */
  tell() {
    const by = late.sort((a, b) => a - b);
    const at = (share) => Math.round(by[Math.min(by.length - 1, Math.floor(share * by.length))] ?? 0);
    tell({
      joined: everybody.filter((one) => one.joined()).length,
      behind: ears.filter((ear) => ear.last < (heads[ear.room] ?? 0)).length,
      lost, twice, troubles, left, sent, acked, failed,
      heard: by.length, p50: at(0.5), p99: at(0.99), max: at(1),
      dials: dials.splice(0).map(Math.round),
    });
    late = [];
    left = 0;
  },
};

for await (const line of createInterface(process.stdin)) {
  const [command, ...args] = line.split(' ');
  commands[command](...args);
}
process.exit();
