import { createServer } from 'node:http';
import { FakeLink } from './fake-server.js';

/**
 * The HTTP side of a fake server. Its `fetch` is for `connect`; `listen()` serves the same by node:http. The network between
 * it and the client can be bad: it can block, buffer, hold or cut.
 */
export class FakeHttp {
  /** Every request, in order: {method, path, query, accept, wait, token}. */
  requests = [];
  /** Called before each request. It returns a status and a problem to answer, `'silence'` or `'lost'`. */
  intercept = (_request) => undefined;
  /** A request that waits longer is cut; with `hold` it stays open without an answer. */
  idleMs = Infinity;
  hold = false;

  constructor(server, clock) {
    this.server = server;
    this.clock = clock;
  }

  /** The rooms of each GET of events so far, as requested. */
  get asked() {
    return this.requests.filter(({ path }) => path === '/api/events').map(({ query }) => query.getAll('room'));
  }

  /** The number of started requests, whatever their result. */
  begun = 0;

  fetch = (url, { method = 'GET', headers = {}, body, signal } = {}) => new Promise((resolve, reject) => {
    this.begun++;
    let controller;
    let done = false;
    const gone = (error) => {
      if (done) return;
      done = true;
      reject(error);
      controller?.error(error);
      left();
    };
    const stream = new ReadableStream({ start: (given) => { controller = given; } });
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    let left = () => {};
    if (signal?.aborted) return gone(signal.reason);
    signal?.addEventListener('abort', () => gone(signal.reason));
    Promise.resolve().then(() => {
      if (done) return;
      if (!this.server.reachable) return gone(new TypeError('fetch failed'));
      left = this.handle(method, new URL(url), lower, body, {
        head: (status, answer = {}) => resolve(new Response(stream, { status, headers: answer })),
        write: (text) => done || controller.enqueue(typeof text === 'string' ? new TextEncoder().encode(text) : text),
        end: () => {
          if (done) return;
          done = true;
          controller.close();
        },
        cut: () => gone(new TypeError('terminated')),
      });
    });
  });

  /** Listens on a port of this machine. Resolves with the URL and a function that closes it. */
  async listen() {
    const web = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const left = this.handle(request.method, new URL(request.url, 'http://127.0.0.1'), request.headers, body, {
        head: (status, headers = {}) => response.writeHead(status, headers).flushHeaders(),
        write: (text) => response.write(text),
        end: () => response.end(),
        cut: () => response.destroy(),
      });
      response.on('close', left);
    });
    await new Promise((resolve) => { web.listen(0, '127.0.0.1', resolve); });
    const close = () => {
      web.closeAllConnections();
      web.close();
    };
    return { url: `http://127.0.0.1:${web.address().port}/`, close };
  }

  /** @returns {() => void} call it when the client has gone */
  handle(method, url, headers, body, out) {
    const token = headers.authorization?.replace('Bearer ', '');
    const wait = Number(headers.prefer?.match(/wait=(\d+)/)?.[1] ?? 0);
    const request = { method, path: url.pathname, query: url.searchParams, accept: headers.accept, wait, token };
    this.requests.push(request);
    const answer = this.intercept(request);
    if (answer === 'silence') return () => {};
    if (answer === 'lost') return out.cut() ?? (() => {});
    if (answer) return this.#answer(out, answer.status, answer.body, answer.headers);
    if (url.pathname === '/api/guests') {
      const guest = this.server.guest(JSON.parse(body).name);
      return this.#answer(out, 200, { user: this.server.who(guest), token: guest, expiresAt: 0 });
    }
    const user = token === undefined ? undefined : this.server.who(token);
    if (user === undefined) return this.#answer(out, 401, problem('unauthorized', 401));
    if (url.pathname === '/api/commands') return this.#command(out, user, JSON.parse(body));
    if (url.pathname === '/api/events') return this.#events(out, user, request);
    return this.#answer(out, 404, problem('not_found', 404));
  }

  #answer(out, status, body, headers = {}) {
    out.head(status, { 'Content-Type': 'application/json', ...headers });
    out.write(JSON.stringify(body));
    out.end();
    return () => {};
  }

  #command(out, user, command) {
    const { server } = this;
    server.received.push(command);
    const link = { user };
    const answer = server.intercept(command, link) ?? server[`on_${command.type}`](command, link);
    if (answer === 'silence') return () => {};
    return this.#answer(out, answer.type === 'error' ? 400 : 200, { req: command.req, ...answer });
  }

  #events(out, user, { query, accept, wait }) {
    const rooms = {};
    for (const part of query.getAll('room').flatMap((each) => each.split(','))) {
      const at = part.lastIndexOf('@');
      rooms[at > 0 ? part.slice(0, at) : part] = at > 0 ? part.slice(at + 1) : undefined;
    }
    const count = Object.keys(rooms).length;
    if (count === 0) return this.#answer(out, 400, problem('bad_request', 400));
    if (count > 20) return this.#answer(out, 422, problem('limit_reached', 422));
    const last = Number(query.get('last') ?? 0) || undefined;
    return accept === 'application/json' ? this.#poll(out, user, rooms, last, wait) : this.#stream(out, user, rooms, last, accept);
  }

  #stream(out, user, rooms, last, accept) {
    const sse = accept === 'text/event-stream';
    const say = (text) => out.write(sse ? `data:${text}\n\n` : `${text}\n`);
    const link = new FakeLink(this.server, {
      write: out.write,
      send: say,
      close: (code, reason) => {
        if (code < 4000) return out.cut();
        say(JSON.stringify({ type: 'close', code, reason }));
        out.end();
      },
    });
    link.user = user;
    link.beat = () => out.write(sse ? ':\n\n' : '{"type":"ping"}\n');
    out.head(200, { 'Content-Type': accept });
    const welcome = this.server.welcome(link, rooms, last);
    link.push({ ...welcome, pingMs: 15_000, limits: { ...welcome.limits, rooms: 20 } });
    link.afterwards.splice(0).forEach((run) => run());
    return () => this.server.links.delete(link);
  }

  #poll(out, user, rooms, last, wait) {
    const frames = [];
    const at = {};
    const close = () => {
      this.clock.clearTimeout(timer);
      this.server.links.delete(link);
    };
    const answer = () => {
      close();
      const cursor = Object.entries(at).map(([room, id]) => `${room}@${id}`).join(',');
      this.#answer(out, 200, { frames, cursor });
    };
    let waiting = false;
    let timer;
    const link = new FakeLink(this.server, {
      send: (text) => {
        const frame = JSON.parse(text);
        frames.push(frame);
        at[frame.room] = frame.type === 'reset' ? frame.from : frame.type === 'gap' ? frame.to : frame.id;
        if (waiting) answer();
      },
      close: () => {
        close();
        out.cut();
      },
    });
    link.user = user;
    const { rooms: states } = this.server.welcome(link, rooms, last);
    for (const [room, { state, head }] of Object.entries(states)) {
      if (state === 'denied') frames.push({ type: 'denied', room });
      else at[room] = rooms[room] ?? head;
    }
    link.afterwards.splice(0).forEach((run) => run());
    if (frames.length > 0 || wait === 0) {
      answer();
      return () => {};
    }
    waiting = true;
    timer = wait * 1000 <= this.idleMs
      ? this.clock.setTimeout(answer, wait * 1000)
      : this.clock.setTimeout(() => {
        close();
        if (!this.hold) out.cut();
      }, this.idleMs);
    return close;
  }
}

/** A refusal in the form of the server. */
export function problem(code, status, more = {}) {
  return { type: `urn:bincang:error:${code}`, title: code, status, detail: `${code} it is`, code, retry: false, ...more };
}
