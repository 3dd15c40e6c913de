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
class Socket extends WebSocket {
  constructor(at, protocol) {
    super(pod(at), protocol);
  }
}
const request = (at, init) => fetch(pod(at), init);

/**
 * When the running timer was due. A process that waits for a CPU runs many timers at once, late. When a client wants to
 * connect does not depend on that.
 */
let due;
const setTimer = (run, ms) => {
  const at = now() + ms;
  return setTimeout(() => {
    due = at;
    try {
      run();
    } finally {
      due = undefined;
    }
  }, ms);
};
const clock = { now, setTimeout: setTimer, clearTimeout };
const dials = [];

let [lost, twice, troubles, left, slow, sent, acked] = [0, 0, 0, 0, 0, 0, 0];
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
  let dialledAt = 0;
  /** The time that the client takes to connect to another pod before its own one closes the connection. */
  let noticeMs = Infinity;
  const connection = connect({
    url: () => {
      dialledAt = due ?? now();
      if (transport !== 'longpoll') dials.push(dialledAt);
      return url;
    },
    token: tokens[i % tokens.length], transports: [transport], WebSocket: Socket, fetch: request, clock,
  });
  const room = connection.room(`crowd-${i % Number(ROOMS)}`);
  const ear = new Ear(room.id);
  let open = false;
  connection.on('drain', ({ inMs }) => { noticeMs = Math.min(1000, inMs / 4); });
  connection.on('state', ({ state, waitMs }) => {
    if (open && state !== 'open') {
      // Without `waitMs`, the client is connecting to another pod. That may take longer if the machine is busy.
      if (waitMs === undefined && now() - dialledAt > noticeMs - 50) slow++;
      else left++;
    }
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
  const reconnect = () => {
    dials.push(due ?? now());
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
      setTimer(reconnect, (Math.floor(code / 100) === 42 ? 0 : 500) + Math.random() * 500);
    };
  };
  reconnect();
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
      lost, twice, troubles, left, slow, sent, acked, failed,
      heard: by.length, p50: at(0.5), p99: at(0.99), max: at(1),
      dials: dials.splice(0).map(Math.round),
    });
    late = [];
    [left, slow] = [0, 0];
  },
};

for await (const line of createInterface(process.stdin)) {
  const [command, ...args] = line.split(' ');
  commands[command](...args);
}
process.exit();
