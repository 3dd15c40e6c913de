import { BincangError, closeError, lost } from './errors.js';

/** @import { Answer, Link, LinkOptions } from './internal.js' */

/** How long a silent link has to answer the verifying ping. */
const SILENT_MS = 5_000;
/** A link with a command that is unanswered for so long is ended, even if pings still arrive. */
const REPLY_DEADLINE_MS = 30_000;

/** A link over one WebSocket. @implements {Link} */
export class Socket {
  #ws;
  #clock;
  #on;
  /** @type {Map<number, Answer & {sentAt: number}>} */
  #unanswered = new Map();
  #req = 0;
  #ended = false;
  #heardAt;
  #frameBytes = Infinity;
  #pingMs = Infinity;
  /** @type {any} */
  #timer;
  /** The deadline for the answer to a verifying ping. */
  #verifiedBy = Infinity;

  /** @param {string} url @param {import('./protocol.js').Hello} hello @param {LinkOptions} on */
  constructor(url, hello, on) {
    this.#on = on;
    this.#clock = on.clock;
    this.#heardAt = on.clock.now();
    this.#ws = new /** @type {typeof WebSocket} */ (on.WebSocket)(endpoint(url), 'bincang.v1');
    this.#ws.onopen = () => this.request(hello, {
      done: (welcome) => this.#welcomed(welcome),
      failed: (error) => this.end(error),
    });
    this.#ws.onmessage = (message) => this.#receive(message.data);
    this.#ws.onclose = (close) => this.end(closeError(close.code, close.reason));
    this.#ws.onerror = () => {}; // a close follows; in some classes an error without a listener is fatal
    this.#timer = this.#clock.setTimeout(() => this.end(lost('no welcome in time')), on.deadlineMs);
  }

  /** @type {Link['request']} */
  request(command, answer) {
    const req = ++this.#req;
    const text = JSON.stringify({ ...command, req });
    if (text.length * 3 > this.#frameBytes && new TextEncoder().encode(text).length > this.#frameBytes) {
      // the server would close the connection, and again after every reconnect
      return answer.failed(new BincangError('too_large', `a frame may have ${this.#frameBytes} bytes`));
    }
    this.#unanswered.set(req, { ...answer, sentAt: this.#clock.now() });
    this.#ws.send(text);
  }

  /** @type {Link['verify']} */
  verify(ms) {
    if (this.#ended || this.#pingMs === Infinity) return;
    if (this.#verifiedBy === Infinity) this.#ws.send(JSON.stringify({ type: 'ping', req: ++this.#req }));
    this.#verifiedBy = Math.min(this.#verifiedBy, this.#clock.now() + ms);
    this.#watch();
  }

  /**
   * Does not wait for the peer, because the closing handshake of a dead link would take a minute.
   * @type {Link['end']}
   */
  end(error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#clock.clearTimeout(this.#timer);
    const ws = this.#ws;
    ws.onopen = ws.onmessage = ws.onclose = null;
    if (ws.readyState < 2) ws.close(1000);
    const unanswered = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const answer of unanswered) answer.failed(lost('the link was lost before the answer came'));
    this.#on.onEnd(error);
  }

  /** @param {import('./protocol.js').Welcome} welcome */
  #welcomed(welcome) {
    this.#pingMs = welcome.pingMs ?? Infinity;
    this.#frameBytes = welcome.limits.frameBytes;
    this.#watch();
    this.#on.onWelcome(welcome);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heardAt = this.#clock.now();
    this.#verifiedBy = Infinity;
    let frame;
    try {
      frame = JSON.parse(/** @type {string} */ (data));
    } catch {
      return this.end(lost('this is not JSON'));
    }
    const answer = this.#unanswered.get(frame.req);
    if (answer) {
      this.#unanswered.delete(frame.req);
      if (frame.type === 'error') answer.failed(new BincangError(frame.code, frame.message, frame));
      else answer.done(frame);
    } else if (frame.req === undefined && frame.type !== 'ping') {
      this.#on.onPush(frame);
    }
  }

  /**
   * Checks the deadlines, and sets the only timer of a welcomed link. A silent link gets a ping before it is ended:
   * after a computer's sleep, timers may run before the frames that have arrived in the meantime.
   */
  #watch() {
    if (this.#ended) return;
    const now = this.#clock.now();
    const oldest = this.#unanswered.values().next().value;
    const verified = this.#verifiedBy;
    const answered = (oldest?.sentAt ?? now) + REPLY_DEADLINE_MS;
    const silent = verified === Infinity ? this.#heardAt + 2 * this.#pingMs : Infinity;
    if (now >= verified) return this.end(lost('the link fell silent'));
    if (now >= answered) return this.end(lost('a command was not answered'));
    if (now >= silent) return this.verify(SILENT_MS);
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#watch(), Math.min(verified, answered, silent) - now);
  }
}

/** The URL of the WebSocket endpoint. @param {string} url of the endpoint, or of its folder */
function endpoint(url) {
  const address = new URL(url.endsWith('/') ? 'ws' : '', url);
  address.protocol = address.protocol.replace('http', 'ws');
  return address.href;
}
