import { BincangError, closeError, lost } from './errors.js';
import { call } from './http.js';
import { positionAfter, seqOf } from './room.js';

/**
 * @import { Hello, PollAnswer, Welcome } from './protocol.js'
 * @import { Answer, Link, LinkOptions, Listen, Place, Read } from './internal.js'
 */

/** The first answer of a GET, where the link is known to work. */
const AGAIN_MS = 5_000;
const REPLY_MS = 15_000;
/** How long the server may wait for news, in seconds; some proxies cut who is silent for so long. */
const WAITS_S = [25, 10, 4, 0];
const POLL_MS = 2_000;
/** In a busy room each answer has something, and requests are counted. */
const BREATH_MS = 200;
/** Frames: there are more. */
const MANY = 100;
/** Those of a poll, which is told none. */
const LIMITS = { frameBytes: 32768, textLength: 4000, rooms: 20, commandsPerSecond: 20, commandBurst: 40, historyPage: 200 };

/**
 * Commands are POSTs, and one GET at a time tells what happens in the rooms that its URL names with their positions.
 * Other rooms, another token or a doubt is a new GET from there, so that nothing is lost. Each may reach another pod.
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
  /** The number of the current GET: what an earlier one still brings is stale. */
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

  /** Goes on until it is stale, or fails. @type {Listen} */
  async listen(_stale, _ms) {}

  /** @template [T=any] @param {Record<string, string>} headers @param {number} ms @param {Read<T>} [read] */
  get(headers, ms, read) {
    const query = new URLSearchParams();
    let most = 0;
    for (const [id, { at, last = 0 }] of this.rooms) {
      query.append('room', at ? `${id}@${at}` : id);
      if (!at) most = Math.max(most, last);
    }
    if (most > 0) query.append('last', `${most}`);
    if (this.rooms.size === 0) query.append('room', inbox(this.on.user?.id ?? '')); // one has to be named
    this.#abort = new AbortController();
    return call(this.on, this.#url, `api/events?${query}`, { headers, ms, token: this.#token, abort: this.#abort }, read);
  }

  /** What an answer says of its rooms. @param {Welcome} welcome */
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

  /** @param {any} frame */
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

  /** What is asked for within one task is one GET. */
  async #restart(ms = this.#opened ? AGAIN_MS : this.on.deadlineMs) {
    const turn = this.#stop();
    const stale = () => turn !== this.#turn;
    await undefined;
    if (stale()) return;
    this.listen(stale, ms).catch((error) => {
      if (stale() || this.#refused(error)) return;
      // no such path: a server that has no such transport
      this.end(error.code === 'not_found' ? lost(error.message) : error);
    });
  }

  /**
   * A refused join costs itself, not the link. All that is left to refuse, since names have their form, is too many rooms or
   * too large a `last`: of the new rooms the one with the largest, or the newest, is dropped, and the others are asked for.
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
      if (error.code === 'unauthorized') this.end(error); // goes out again with another token
      if (error.code === 'lost') {
        this.verify(AGAIN_MS);
        error = new BincangError('unavailable', error.message, error);
      }
      if (this.#unanswered.delete(answer)) answer.failed(error);
    });
  }
}

/** An answer without end. Server-sent events too by fetch, since EventSource cannot say who asks. */
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
          const at = line.indexOf('{'); // behind `data:`; without one it is a comment, or who knows
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

/** Asks again and again: each time waiting for news, or every few seconds. */
export class PollLink extends HttpLink {
  /** @type {Listen} */
  async listen(stale, ms) {
    const { transport, patience, clock, user = { id: '', name: '' } } = this.on;
    for (let wait = 0, cuts = 0; !stale();) {
      const askedAt = clock.now();
      /** @type {PollAnswer | undefined} */
      const answer = await this.get({ Accept: 'application/json', Prefer: `wait=${wait}` }, ms).catch((error) => {
        if (wait === 0 || error.code !== 'lost') throw error;
        // twice in a row, or held without an answer, it was not by chance; and is there a server at all?
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

/** @param {PollAnswer} answer */
function roomsOf({ frames, cursor }) {
  /** @type {Record<string, any>} */
  const rooms = {};
  for (const part of cursor.split(',')) {
    const at = part.lastIndexOf('@'); // an inbox begins with one
    if (at > 0) rooms[part.slice(0, at)] = { state: 'ok', head: part.slice(at + 1) };
  }
  for (const { type, room } of frames) if (/^(gap|reset|denied)$/.test(type)) rooms[room] = { ...rooms[room], state: type };
  return rooms;
}

/** @param {string} user */
function inbox(user) {
  return '@' + encodeURIComponent(user).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
