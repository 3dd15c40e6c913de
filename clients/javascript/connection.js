import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { check, within } from './check.js';
import { adviceOf, BincangError, lost } from './errors.js';
import { Identity } from './http.js';
import { Ladder } from './ladder.js';
import { PollLink, StreamLink } from './links.js';
import { Memory, Outbox } from './outbox.js';
import { Room } from './room.js';
import { Socket } from './socket.js';
import { watch } from './watch.js';

/**
 * @import { ConnectionEvents, StateChange, Transport } from './index.js'
 * @import { Limits, User, Welcome } from './protocol.js'
 * @import { ConnectionOptions, Dial, Link, LinkOptions } from './internal.js'
 */

/** After a link that lasted this long, waits are short again. */
const STEADY_MS = 10_000;
/** The shortest time between two hurried attempts, because one return can fire several events. */
const HURRY_MS = 1_000;
/** The time limit of the check when the browser is offline. A server on this computer may still answer. */
const OFFLINE_MS = 1_000;
/** The time limit of the check of a link that should be alive. */
const VERIFY_MS = 5_000;
/** The time limit for the application to provide a URL or a token. */
const PROVIDED_MS = 30_000;

export const LINKS = { websocket: Socket, stream: StreamLink, sse: StreamLink, longpoll: PollLink, poll: PollLink };

/**
 * The connection to a server, over one link after another. While one link is in use, it may dial another one to replace
 * it.
 * @extends {Emitter<ConnectionEvents>}
 */
export class Connection extends Emitter {
  /** @type {User | undefined} */
  user;
  /** @type {Limits | undefined} */
  limits;
  /** @type {Transport | undefined} */
  transport;

  /** @type {StateChange} */
  #change = { state: 'connecting' };
  /** The current state for a listener that is added later. */
  #present = () => this.#change;
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  /** The link in use. @type {Link | null} */
  #link = null;
  /** The link that is being dialled. @type {Link | null} */
  #trial = null;
  /** The number of the current attempt. Results of earlier attempts are ignored. */
  #turn = 0;
  /** @type {any} */
  #timer;
  #backoff;
  #ladder;
  #outbox;
  #identity;
  #patience = { step: 0 };
  #openSince = 0;
  #dialledAt = -Infinity;
  #hurriable = false;
  #options;
  #unwatch = () => {};

  /** @param {ConnectionOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    const memory = new Memory(options.store);
    this.#backoff = new Backoff(options.random);
    this.#ladder = new Ladder(options, memory, (...attempt) => this.#dial(...attempt));
    this.#outbox = new Outbox(memory);
    this.#identity = new Identity(options, (token) => this.emit('token', token));
    for (const entry of this.#outbox.entries) this.room(entry.room).restore(entry);
    this.#begin();
  }

  get state() {
    return this.#change.state;
  }

  /** @type {Emitter<ConnectionEvents>['on']} */
  on(type, listener) {
    return super.on(type, listener, /** @type {any} */ (type === 'state' && this.#present));
  }

  /** @param {string} id */
  room(id) {
    check('room', id, 'room');
    let room = this.#rooms.get(id);
    if (!room) {
      const connection = this;
      const { clock, random } = this.#options;
      room = new Room(id, {
        clock,
        random,
        outbox: this.#outbox,
        // in a microtask, because the application adds its listeners after connect()
        pending: (message) => void Promise.resolve().then(() => this.emit('pending', message)),
        get state() { return connection.state; },
        get user() { return connection.user; },
        get link() { return connection.state === 'open' ? connection.#link : null; },
      });
      this.#rooms.set(id, room);
    }
    return room;
  }

  close() {
    this.#close(new BincangError('closed', 'the connection is closed'));
  }

  reopen() {
    if (this.state !== 'closed') return;
    this.#backoff.reset();
    this.#ladder.restart();
    this.#become({ state: 'connecting' });
    this.#begin();
  }

  #begin() {
    this.#unwatch = watch(this.#options, {
      back: () => this.#come(),
      offline: () => this.#come(OFFLINE_MS),
      online: () => {
        this.#patience.step = 0;
        this.#come();
        this.#ladder.moved(this.state === 'open');
      },
    });
    this.#connect();
  }

  #connect() {
    this.#timer = undefined;
    this.#dialledAt = this.#options.clock.now();
    this.#dial(this.#ladder.transport, this.#ladder.deadlineMs, (error) => this.#ended(error));
  }

  /** @type {Dial} */
  async #dial(transport, deadlineMs, failed) {
    this.#drop();
    const turn = this.#turn;
    /** @type {LinkOptions} */
    const on = {
      ...this.#options,
      transport,
      deadlineMs,
      patience: this.#patience,
      user: this.user,
      onWelcome: (welcome) => this.#welcomed(transport, welcome),
      onPush: (frame) => this.#pushed(frame),
      onEnd: (error) => {
        if (link === this.#link) return this.#ended(error);
        if (link !== this.#trial) return;
        this.#trial = null;
        failed(error);
      },
    };
    /** @type {Link | undefined} */
    let link;
    try {
      const url = await this.#provided(this.#options.urls[this.#ladder.server]());
      const identity = await this.#provided(this.#identity.hello(on, url));
      if (turn !== this.#turn) return;
      const rooms = Object.fromEntries([...this.#rooms].map(([id, room]) => [id, room.resume()]));
      link = this.#trial = new LINKS[transport](url, { type: 'hello', ...identity, rooms }, on);
    } catch (error) {
      if (turn === this.#turn) failed(error instanceof BincangError ? error : lost('the link could not be made', error));
    }
  }

  /** Limits the wait for the application. @template T @param {Promise<T>} promise */
  #provided(promise) {
    return within(this.#options.clock, { timeoutMs: PROVIDED_MS }, promise);
  }

  /** @param {Transport} transport @param {Welcome} welcome */
  #welcomed(transport, welcome) {
    const old = this.#link;
    this.#calm();
    this.#link = this.#trial;
    this.#trial = null;
    this.#openSince = this.#options.clock.now();
    this.user = welcome.user;
    this.limits = welcome.limits;
    this.#outbox.claim(welcome.user.id);
    old?.end(lost('')); // its unanswered commands go out again
    this.#ladder.opened(transport);
    this.#identity.welcomed(welcome.token);
    if (!old) this.#become({ state: 'open' });
    if (transport !== this.transport) this.emit('transport', this.transport = transport);
    this.emit('welcome', welcome);
    for (const [id, room] of this.#rooms) room.welcomed(welcome.rooms?.[id]);
  }

  /** @param {any} frame */
  #pushed(frame) {
    const { room, type } = frame;
    if (room !== undefined) return this.#rooms.get(room)?.pushed(frame);
    if (type === 'token_expiring') this.#refresh();
    else if (type === 'drain') this.#ladder.drain(frame.inMs, (error) => this.#link ?? this.#ended(error));
    else return;
    this.emit(/** @type {'drain'} */ (type), frame);
  }

  async #refresh() {
    const link = this.#link;
    const token = await this.#provided(this.#identity.fresh()).catch(() => undefined); // without a token the server closes with 4102
    if (token !== undefined && link === this.#link) link?.request({ type: 'auth', token }, { done() {}, failed() {} });
  }

  /** Called when the link broke, or none could be made. @param {BincangError} error */
  #ended(error) {
    const { clock } = this.#options;
    const heldMs = this.#link ? clock.now() - this.#openSince : undefined;
    this.#link = null;
    if (this.state === 'closed') return;
    if (this.#ladder.moving) return this.#become({ state: 'connecting', error }); // the next link is being dialled
    this.#drop();
    this.#calm();
    if (heldMs !== undefined && heldMs >= STEADY_MS) this.#backoff.reset();
    const { code, closeCode, retry, retryAfterMs } = error;
    let advice = closeCode !== undefined ? adviceOf(closeCode)
      : code === 'lost' ? 'retry' : !retry ? 'away' : retryAfterMs === undefined ? 'later' : 'now';
    if (advice === 'away' && code === 'unauthorized' && this.#identity.refused(heldMs !== undefined)) advice = 'now';
    if (advice === 'away') return this.#close(error);
    this.#ladder.elsewhere();
    if (advice !== 'retry') this.#ladder.restart();
    else if (heldMs !== undefined ? this.#ladder.broke(heldMs) : this.#ladder.failed(clock.now() - this.#dialledAt >= this.#ladder.deadlineMs)) {
      return this.#again(error);
    }
    this.#hurriable = advice !== 'later' && retryAfterMs === undefined;
    const waitMs = Math.max(this.#backoff.next(advice), retryAfterMs ?? 0);
    this.#timer = clock.setTimeout(() => this.#again(error), waitMs);
    this.#become({ state: 'connecting', error, waitMs });
  }

  /** @param {BincangError} [error] */
  #again(error) {
    this.#connect();
    this.#become({ state: 'connecting', error });
  }

  /** Ends the current attempt, if there is one. */
  #drop() {
    this.#turn++;
    const trial = this.#trial;
    this.#trial = null;
    trial?.end(lost(''));
  }

  /** @param {BincangError} error */
  #close(error) {
    if (this.state === 'closed') return;
    this.#unwatch();
    this.#drop();
    this.#calm();
    this.#become({ state: 'closed', error });
    this.#link?.end(error);
    this.#rooms.forEach((room) => room.closed(error));
  }

  /** @param {StateChange} change */
  #become(change) {
    const { now } = this.#options.clock;
    const nextAt = now() + (change.waitMs ?? 0);
    this.#change = change;
    this.#present = () => ({ ...change, ...change.waitMs && { waitMs: nextAt - now() } });
    this.emit('state', change);
  }

  #calm() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ladder.calm();
  }

  /**
   * Called when the page or the network is back. Ends a wait, or checks the open link: it has `ms` milliseconds to
   * answer.
   */
  #come(ms = VERIFY_MS) {
    if (this.state === 'open') return this.#link?.verify(ms);
    if (this.#timer === undefined || !this.#hurriable || this.#options.clock.now() - this.#dialledAt < HURRY_MS) return;
    this.#calm();
    this.#again();
  }
}
