import { BincangError, closeError, lost } from './errors.js';
import { call } from './http.js';
import { positionAfter, seqOf } from './position.js';

/**
 * @import { Hello, PollAnswer, Welcome } from './protocol.js'
 * @import { Answer, Link, LinkOptions, Listen, Place, Read } from './internal.js'
 */

/** The time limit for the first response of a GET when the link has worked before. */
const AGAIN_MS = 5_000;
const REPLY_MS = 15_000;
/** How long the server may wait for news, in seconds. Some proxies cut a request that is silent for so long. */
const WAITS_S = [25, 10, 4, 0];
const POLL_MS = 2_000;
/**
 * The pause after a long poll. In a busy room each response has events, and the server limits the number of requests.
 */
const BREATH_MS = 200;
/** A response with more frames than this means that there are more. */
const MANY = 100;
/** The limits of a poll, whose responses have none. */
const LIMITS = { frameBytes: 32768, textLength: 4000, rooms: 20, commandsPerSecond: 20, commandBurst: 40, historyPage: 200 };

/**
 * A link by HTTP. Commands are POSTs. One GET at a time receives the events of the rooms that its URL names with their
 * positions. When the rooms or the token change, or the link has to be checked, a new GET starts from the current
 * positions, so no event is lost. Each request may reach another pod.
 *
 * @implements {Link}
 */
class HttpLink {
  /** @type {Map<string, Place>} */
  rooms = new Map();
  on;
  #url;
  #token;
  #limit = LIMITS.rooms;
  #opened = false;
  #heard = false;
  #ended = false;
  /** The number of the current GET. Results of earlier ones are ignored. */
  #turn = 0;
  #abort = new AbortController();
  /** @type {Set<Answer>} */
  #unanswered = new Set();
  #req = 0;

  /** @param {string} url @param {Hello} hello @param {LinkOptions} on */
  constructor(url, { token, rooms = {} }, on) {
    this.on = on;
    this.#url = url;
    this.#token = token;
    for (const [id, at] of Object.entries(rooms)) {
      if (at !== undefined && this.rooms.size < this.#limit) this.rooms.set(id, { at: at ?? undefined });
    }
    this.#restart();
  }

  /** @type {Link['request']} */
  request(command, answer) {
    const { type } = command;
    if (type === 'join') {
      const { room, after: at, last } = command;
      if (this.rooms.size >= this.#limit) return answer.failed(new BincangError('limit_reached', `${this.#limit} rooms by HTTP`));
      this.rooms.set(room, { at, last, join: answer });
      this.#unanswered.add(answer);
    } else if (type === 'leave' || type === 'auth') {
      if (type === 'leave') this.rooms.delete(command.room);
      else this.#token = command.token;
      answer.done({});
    } else {
      return this.#post(JSON.stringify({ ...command, req: ++this.#req }), answer);
    }
    this.#restart();
  }

  /** @type {Link['verify']} */
  verify(ms) {
    if (this.#heard) this.#restart(ms);
  }

  /** @type {Link['end']} */
  end(error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#stop();
    const unanswered = [...this.#unanswered];
    this.#unanswered.clear();
    for (const answer of unanswered) answer.failed(lost('the link was lost before the answer came'));
    this.on.onEnd(error);
  }

  /** Receives frames until it is stale or fails. @type {Listen} */
  async listen(_stale, _ms) {}

  /**
   * Sends the GET for all rooms.
   * @template [T=any]
   * @param {Record<string, string>} headers
   * @param {number} ms
   * @param {Read<T>} [read]
   */
  get(headers, ms, read) {
    const query = new URLSearchParams();
    let most = 0;
    for (const [id, { at, last = 0 }] of this.rooms) {
      query.append('room', at ? `${id}@${at}` : id);
      if (!at) most = Math.max(most, last);
    }
    if (most > 0) query.append('last', `${most}`);
    if (this.rooms.size === 0) query.append('room', inbox(this.on.user?.id ?? '')); // the URL has to name a room
    this.#abort = new AbortController();
    return call(this.on, this.#url, `api/events?${query}`, { headers, ms, token: this.#token, abort: this.#abort }, read);
  }

  /** Handles the state of each room in a response. @param {Welcome} welcome */
  told(welcome) {
    const places = [...this.rooms];
    this.#heard = true;
    this.#limit = welcome.limits.rooms;
    if (!this.#opened) {
      this.#opened = true;
      this.on.onWelcome(welcome);
    }
    for (const [id, place] of places) {
      const { join, last = 0 } = place;
      const { state, head } = welcome.rooms[id] ?? {};
      const waits = join && this.#unanswered.delete(join);
      if (state === 'denied') {
        this.rooms.delete(id);
        if (waits) join.failed(new BincangError('forbidden', `no access to ${id}`));
        else this.on.onPush({ type: 'denied', room: id });
      } else if (head !== undefined) {
        if (place.at === undefined) place.floor = seqOf(head) - last; // the URL has one `last` for all
        if (last === 0 || head === '0-0') place.at ??= head;
        if (waits) join.done({ state, head });
      }
    }
  }

  /** Moves the position of the frame's room, and passes the frame on. @param {any} frame */
  push(frame) {
    const place = this.rooms.get(frame.room);
    if (place) {
      if (frame.type === 'reset') place.floor = 0;
      if (frame.seq <= (place.floor ?? 0)) return;
      place.at = positionAfter(frame) ?? place.at;
      if (frame.type === 'denied') this.rooms.delete(frame.room);
    }
    this.on.onPush(frame);
  }

  /** Starts a new GET. Several calls within one task make one GET. */
  async #restart(ms = this.#opened ? AGAIN_MS : this.on.deadlineMs) {
    const turn = this.#stop();
    const stale = () => turn !== this.#turn;
    await undefined;
    if (stale()) return;
    this.listen(stale, ms).catch((error) => {
      if (stale() || this.#refused(error)) return;
      // not_found: the server does not have this transport
      this.end(error.code === 'not_found' ? lost(error.message) : error);
    });
  }

  /**
   * Handles a refused GET: rejects one join, and keeps the link. Names are valid, so the cause is too many rooms or too
   * large a `last`. Of the new rooms it drops the one with the largest `last`, or the newest, and requests the others
   * again.
   *
   * @param {BincangError} error
   */
  #refused(error) {
    const [worst] = [...this.rooms].filter(([, { join }]) => join && this.#unanswered.has(join)).reverse()
      .sort(([, a], [, b]) => (b.last ?? 0) - (a.last ?? 0));
    if (!worst || !/^(bad_request|limit_reached)$/.test(error.code)) return false;
    const [id, { join }] = worst;
    this.rooms.delete(id);
    this.#unanswered.delete(/** @type {Answer} */ (join));
    join?.failed(error);
    this.#restart();
    return true;
  }

  #stop() {
    this.#heard = false;
    this.#abort.abort();
    return ++this.#turn;
  }

  /** @param {string} body @param {Answer} answer */
  #post(body, answer) {
    this.#unanswered.add(answer);
    call(this.on, this.#url, 'api/commands', { method: 'POST', body, ms: REPLY_MS, token: this.#token }).then((reply) => {
      if (this.#unanswered.delete(answer)) answer.done(reply);
    }, (error) => {
      if (error.code === 'unauthorized') this.end(error); // the next link sends it again with another token
      if (error.code === 'lost') {
        this.verify(AGAIN_MS);
        error = new BincangError('unavailable', error.message, error);
      }
      if (this.#unanswered.delete(answer)) answer.failed(error);
    });
  }
}

/**
 * A response without end. Server-sent events are also read by fetch, because EventSource cannot send a token in a
 * header.
 */
export class StreamLink extends HttpLink {
  /** @type {Listen} */
  listen(stale, ms) {
    return this.get({ Accept: this.on.transport === 'sse' ? 'text/event-stream' : 'application/x-ndjson' }, ms, async (response, within) => {
      const reader = /** @type {ReadableStream<any>} */ (response.body).pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ''; ;) {
        const { done, value } = await reader.read();
        if (done) throw lost('the stream ended');
        const lines = (rest + value).split('\n');
        rest = /** @type {string} */ (lines.pop());
        for (const line of lines) {
          if (stale()) return;
          const at = line.indexOf('{'); // after `data:`; a line without one is a comment, or unknown
          if (at < 0) continue;
          const frame = JSON.parse(line.slice(at));
          if (frame.type === 'welcome') {
            ms = 2 * frame.pingMs;
            this.told(frame);
          } else if (frame.type === 'close') this.end(closeError(frame.code, frame.reason));
          else if (frame.type !== 'ping') this.push(frame);
        }
        within(ms);
      }
    });
  }
}

/** Polls in a loop: each request waits for news, or the client waits between requests. */
export class PollLink extends HttpLink {
  /** @type {Listen} */
  async listen(stale, ms) {
    const { transport, patience, clock, user = { id: '', name: '' } } = this.on;
    for (let wait = 0, cuts = 0; !stale();) {
      const askedAt = clock.now();
      /** @type {PollAnswer | undefined} */
      const answer = await this.get({ Accept: 'application/json', Prefer: `wait=${wait}` }, ms).catch((error) => {
        if (wait === 0 || error.code !== 'lost') throw error;
        // shortens the wait if it was cut twice in a row or got no answer in time; then checks without a wait that the
        // server answers
        if (++cuts > 1 || clock.now() - askedAt >= ms) [patience.step, cuts] = [patience.step + 1, 0];
        wait = 0;
      });
      ms = AGAIN_MS;
      if (!answer || stale()) continue;
      const { frames } = answer;
      const rooms = roomsOf(answer);
      this.told({ type: 'welcome', user, limits: LIMITS, rooms });
      if (stale()) return;
      for (const frame of frames) this.push(frame);
      for (const [id, place] of this.rooms) place.at = rooms[id]?.head ?? place.at;
      if (wait > 0) cuts = 0;
      wait = transport === 'longpoll' ? WAITS_S[patience.step] : 0;
      ms += wait * 1000;
      const pauseMs = wait > 0 || frames.length > MANY ? BREATH_MS : POLL_MS;
      await /** @type {Promise<void>} */ (new Promise((resolve) => void clock.setTimeout(resolve, pauseMs)));
    }
  }
}

/** The states and positions of the rooms of a poll response. @param {PollAnswer} answer */
function roomsOf({ frames, cursor }) {
  /** @type {Record<string, any>} */
  const rooms = {};
  for (const part of cursor.split(',')) {
    const at = part.lastIndexOf('@'); // the id of an inbox starts with '@'
    if (at > 0) rooms[part.slice(0, at)] = { state: 'ok', head: part.slice(at + 1) };
  }
  for (const { type, room } of frames) if (/^(gap|reset|denied)$/.test(type)) rooms[room] = { ...rooms[room], state: type };
  return rooms;
}

/** The room id of a user's inbox. @param {string} user */
function inbox(user) {
  return '@' + encodeURIComponent(user).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
