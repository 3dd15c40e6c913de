/**
 * A server of protocol v1 in memory: rooms with logs, guests, positions verified against the log. It has what
 * the client's tests need and no more; its `WebSocket` is the class to hand to `connect`, its HTTP is in fake-http.js.
 */

const LIMITS = { frameBytes: 32768, textLength: 4000, rooms: 200, commandsPerSecond: 20, commandBurst: 40, historyPage: 200 };

export class FakeServer {
  /** @type {Map<string, {log: any[], head: string, keys: Map<string, any>}>} */
  rooms = new Map();
  /** The servers that share the rooms. */
  pods = [this];
  /** @type {Set<FakeLink>} */
  links = new Set();
  reports = new Set();
  /** All received commands, in order. */
  received = [];
  /** Rooms that nobody may enter. */
  denied = new Set();
  /** Called before each command. What it returns is the answer; `'silence'` means none. */
  intercept = (_command, _link) => undefined;
  /** Whether the server can be reached, and whether it accepts WebSockets. */
  reachable = true;
  sockets = true;
  pingMs = 25_000;
  now = () => Date.now();
  #count = { tag: 0, guests: 0 };

  /** @param {FakeServer} [other] a server that shares its rooms */
  constructor(other) {
    if (other === undefined) return;
    Object.assign(this, { rooms: other.rooms, pods: other.pods, now: other.now });
    this.#count = other.#count;
    this.pods.push(this);
  }

  get WebSocket() {
    const server = this;
    return class extends FakeWebSocket {
      constructor(url, protocol) {
        super(server, url, protocol);
      }
    };
  }

  room(id) {
    if (!this.rooms.has(id)) this.rooms.set(id, { log: [], head: '0-0', keys: new Map() });
    return this.rooms.get(id);
  }

  /** Posts as another user, or as `from`. */
  post(roomId, text, { from = { id: 'other', name: 'Other' }, ...more } = {}) {
    const room = this.room(roomId);
    const seq = Number(room.head.split('-')[0]) + 1;
    const message = { type: 'message', room: roomId, id: `${seq}-${++this.#count.tag}`, seq, time: this.now(), from, text, ...more };
    room.log.push(message);
    room.head = message.id;
    this.#tell(message);
    return message;
  }

  /** Drops the oldest events, like a bounded log. */
  trim(roomId, count) {
    const room = this.room(roomId);
    room.trimmed = room.log.splice(0, count).at(-1)?.id ?? room.trimmed;
  }

  /** Loses the newest events, as after a failover of Redis, and tells connected clients. */
  rollBack(roomId, count) {
    const room = this.room(roomId);
    room.log.splice(-count);
    const from = room.head = room.log.at(-1)?.id ?? '0-0';
    this.#tell({ type: 'reset', room: roomId, from, head: room.head });
  }

  #tell(frame) {
    for (const pod of this.pods) for (const link of [...pod.links]) if (link.joined.has(frame.room)) link.push(frame);
  }

  /** Closes every link with this code. Without a code the network fails. */
  drop(code = 1006, reason = '') {
    for (const link of [...this.links]) link.close(code, reason);
  }

  connected(link) {
    this.links.add(link);
  }

  receive(link, text) {
    const command = JSON.parse(text);
    this.received.push(command);
    const answer = this.intercept(command, link) ?? this[`on_${command.type}`](command, link);
    if (answer === 'silence') return;
    link.push({ req: command.req, ...answer });
    link.afterwards.splice(0).forEach((run) => run());
  }

  /** The token of a new guest. */
  guest(name) {
    return `token:g${++this.#count.guests}:${name}`;
  }

  /** The user of a token, while it is valid. */
  who(token) {
    const [kind, id, name] = token.split(':');
    return kind === 'token' ? { id, name } : undefined;
  }

  on_hello({ guest, token = this.guest(guest), rooms = {} }, link) {
    link.user = this.who(token);
    if (link.user === undefined) {
      link.close(4001, '');
      return 'silence';
    }
    return { ...this.welcome(link, rooms), token };
  }

  welcome(link, rooms, last) {
    const states = {};
    for (const [room, after] of Object.entries(rooms)) states[room] = this.#enter(link, room, after ?? undefined, last);
    return { type: 'welcome', protocol: 1, connection: 'c', pod: 'p', user: link.user, pingMs: this.pingMs, limits: LIMITS, rooms: states };
  }

  on_join({ room, after, last }, link) {
    const { state, head } = this.#enter(link, room, after, last);
    if (state === 'denied') return { type: 'error', code: 'forbidden', message: 'not for you', retry: false };
    return { type: 'ok', room, state, head, role: 'member', name: room };
  }

  on_leave({ room }, link) {
    link.joined.delete(room);
    return { type: 'ok' };
  }

  on_send({ type, req, room, key, text, ...more }, link) {
    const { keys } = this.room(room);
    const mark = `${link.user.id} ${key}`;
    const known = keys.get(mark);
    const { id, seq, time } = known ?? this.post(room, text, { from: link.user, key, ...more });
    keys.set(mark, { id, seq, time });
    return { type: 'ok', id, seq, time, duplicate: known !== undefined };
  }

  on_edit({ room, target, text }, link) {
    const { id, seq, time } = this.post(room, text, { type: 'edited', by: link.user, target });
    return { type: 'ok', id, seq, time, duplicate: false };
  }

  on_delete({ room, target }, link) {
    const { id, seq, time } = this.post(room, undefined, { type: 'deleted', by: link.user, target });
    return { type: 'ok', id, seq, time, duplicate: false };
  }

  on_react({ room, target, name, on }, link) {
    const reactions = on ? [{ name, count: 1, users: [link.user.id] }] : [];
    this.post(room, undefined, { type: 'reacted', target, reactions, changes: [{ user: link.user.id, name, on }] });
    return { type: 'ok', reactions };
  }

  on_pin({ room, target, on }, link) {
    this.post(room, undefined, { type: 'pinned', by: link.user, target, on });
    return { type: 'ok' };
  }

  on_report({ target }, link) {
    const report = `${link.user.id} ${target}`;
    const duplicate = this.reports.has(report);
    this.reports.add(report);
    return { type: 'ok', report, duplicate };
  }

  on_search({ room, words, from, limit = 50 }) {
    const { log } = this.room(room);
    const found = log.filter((event) => event.text?.includes(words) && (from === undefined || event.from.id === from)).reverse();
    return { type: 'ok', events: found.slice(0, limit), next: found[limit - 1]?.id, searched: log.length };
  }

  on_history({ room, before, ids, limit = 50 }) {
    const { log } = this.room(room);
    if (ids) return { type: 'ok', events: log.filter(({ id }) => ids.includes(id)), more: false };
    const end = before === undefined ? log.length : log.filter((event) => event.seq < Number(before.split('-')[0])).length;
    const start = Math.max(0, end - limit);
    return { type: 'ok', events: log.slice(start, end), more: start > 0 };
  }

  on_signal({ room, name, data }, link) {
    this.#tell({ type: 'signal', room, by: link.user, name, data });
    return { type: 'ok' };
  }

  on_typing({ room, on }, link) {
    this.#tell({ type: 'typing', room, by: link.user, on });
    return { type: 'ok' };
  }

  on_ping() {
    return { type: 'ok' };
  }

  on_auth() {
    return { type: 'ok' };
  }

  #enter(link, roomId, after, last) {
    if (this.denied.has(roomId)) return { state: 'denied' };
    const { log, head } = this.room(roomId);
    let [state, notice, events] = ['ok', undefined, []];
    if (after !== undefined && after !== head) {
      const seq = Number(after.split('-')[0]);
      const at = log.findIndex((event) => event.id === after);
      const first = log[0]?.seq ?? Number(head.split('-')[0]) + 1;
      if (at >= 0 || (after === '0-0' && first === 1)) {
        events = log.slice(at + 1);
      } else if (seq < first) {
        [state, events] = ['gap', log.slice()];
        notice = { type: 'gap', room: roomId, fromSeq: seq + 1, toSeq: first - 1, to: this.room(roomId).trimmed ?? head };
      } else {
        const fork = log.filter((event) => event.seq < seq).at(-1)?.id ?? '0-0';
        [state, events] = ['reset', log.filter((event) => event.seq > Number(fork.split('-')[0]))];
        notice = { type: 'reset', room: roomId, from: fork, head };
      }
    } else if (after === undefined && last > 0) {
      events = log.slice(-last);
    }
    link.joined.add(roomId);
    link.afterwards.push(() => [...(notice ? [notice] : []), ...events].forEach((frame) => link.push(frame)));
    return { state, head };
  }
}

/** The server's side of a link. `wire` sends text to the client and can be closed. */
export class FakeLink {
  joined = new Set();
  afterwards = [];
  user;

  constructor(server, wire) {
    this.server = server;
    this.wire = wire;
    server.connected(this);
  }

  push(frame) {
    if (this.server.links.has(this)) this.wire.send(JSON.stringify(frame));
  }

  close(code, reason) {
    this.server.links.delete(this);
    this.wire.close(code, reason);
  }
}

/** The part of a browser's WebSocket that the client uses. Each frame arrives in a task of its own. */
class FakeWebSocket {
  readyState = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  #link;

  constructor(server, url, protocol) {
    Object.assign(this, { url, protocol, server });
    server.dialled = (server.dialled ?? 0) + 1;
    this.#later(() => {
      if (!server.reachable || !server.sockets) return this.#closed(1006, '');
      this.readyState = 1;
      this.#link = new FakeLink(server, {
        send: (text) => this.#later(() => this.readyState === 1 && this.onmessage?.({ data: text })),
        close: (code, reason) => this.#later(() => this.#closed(code, reason)),
      });
      this.onopen?.({});
    });
  }

  send(text) {
    if (this.readyState !== 1) throw new Error('not open');
    this.#later(() => this.server.links.has(this.#link) && this.server.receive(this.#link, text));
  }

  close() {
    this.readyState = 3;
    this.server.links.delete(this.#link);
  }

  #closed(code, reason) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  #later(run) {
    Promise.resolve().then(run);
  }
}
