import { Backoff } from './backoff.js';
import { Emitter } from './emitter.js';
import { adviceOf, BincangError } from './errors.js';
import { Room } from './room.js';
import { Socket } from './socket.js';

/**
 * @typedef {import('./protocol.js').Welcome} Welcome
 * @typedef {import('./index.js').Options} Options
 * @typedef {'connecting' | 'open' | 'closed'} State
 * @typedef {{state: State, error?: BincangError, waitMs?: number}} StateChange `error` why it is not open;
 *   `waitMs` while connecting: until the next attempt (absent during one)
 * @typedef {{
 *   state: StateChange, welcome: Welcome, token: string,
 *   drain: import('./protocol.js').Drain, token_expiring: import('./protocol.js').TokenExpiring,
 * }} ConnectionEvents `token` is a guest's signed token, worth keeping
 */

/** A link that held so long was a good one: the next attempt starts with short waits again. */
const STEADY_MS = 10_000;

/**
 * The way to a server, over as many WebSockets as it takes.
 *
 *   connecting ──welcome──▶ open ──link lost, 41xx, 42xx──▶ connecting      (it keeps trying)
 *       └──40xx, close()──▶ closed ◀──40xx, close()──┘      closed ──reopen()──▶ connecting
 *
 * @extends {Emitter<ConnectionEvents>}
 */
export class Connection extends Emitter {
  /** The user as the server knows them; undefined before the first welcome. @type {import('./protocol.js').User | undefined} */
  user;
  /** @type {import('./protocol.js').Limits | undefined} */
  limits;

  /** @type {State} */
  #state = 'connecting';
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  /** @type {Socket | null} dialling or welcomed */
  #socket = null;
  /** The number of the current attempt: what an earlier one still brings is stale. */
  #turn = 0;
  /** @type {any} */
  #timer;
  #backoff;
  /** @type {string | undefined} */
  #guestToken;
  #openSince = 0;
  #dialledAt = -Infinity;
  #hurriable = false;
  #options;
  #hurry = () => this.#come();

  /** @param {Required<Pick<Options, 'url' | 'WebSocket' | 'clock' | 'random'>> & Options} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#guestToken = options.guest !== undefined && typeof options.token === 'string' ? options.token : undefined;
    this.#backoff = new Backoff(options.random);
    this.#listen();
    this.#dial();
  }

  get state() {
    return this.#state;
  }

  /**
   * The room of that id, always the same object; nothing is joined yet.
   * @param {string} id
   */
  room(id) {
    let room = this.#rooms.get(id);
    if (!room) {
      const connection = this;
      const { clock, random } = this.#options;
      room = new Room(id, {
        clock,
        random,
        get state() { return connection.#state; },
        get socket() { return connection.#state === 'open' ? connection.#socket : null; },
      });
      this.#rooms.set(id, room);
    }
    return room;
  }

  /** Ends it for good; what was not acknowledged is rejected with `closed`. */
  close() {
    this.#close(new BincangError('closed', 'closed by this client'));
  }

  /** Begins anew after `closed`: rooms stay joined and keep their positions. */
  reopen() {
    if (this.#state !== 'closed') return;
    this.#backoff.reset();
    this.#listen();
    this.#become({ state: 'connecting' });
    this.#dial();
  }

  async #dial() {
    const turn = ++this.#turn;
    const { url, WebSocket, clock } = this.#options;
    this.#timer = undefined;
    this.#dialledAt = clock.now();
    try {
      const address = typeof url === 'function' ? await url() : url;
      const identity = await this.#identity();
      if (turn !== this.#turn || this.#state === 'closed') return;
      this.#socket = new Socket(address, { type: 'hello', ...identity, rooms: this.#positions() }, {
        WebSocket,
        clock,
        onWelcome: (welcome) => this.#welcomed(welcome),
        onPush: (frame) => this.#pushed(frame),
        onEnd: (error) => this.#ended(error),
      });
    } catch (error) {
      if (turn !== this.#turn || this.#state === 'closed') return;
      this.#ended(error instanceof BincangError ? error
        : new BincangError('lost', 'the link could not be made', { retry: true, cause: error }));
    }
  }

  async #identity() {
    const { guest, token } = this.#options;
    if (this.#guestToken !== undefined) return { token: this.#guestToken };
    if (guest !== undefined) return { guest };
    return { token: typeof token === 'function' ? await token() : token };
  }

  #positions() {
    /** @type {Record<string, string | null>} */
    const positions = {};
    for (const room of this.#rooms.values()) {
      const position = room.resume();
      if (position !== undefined) positions[room.id] = position;
    }
    return positions;
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    const stranger = this.user !== undefined && this.user.id !== welcome.user.id;
    this.user = welcome.user;
    this.limits = welcome.limits;
    this.#openSince = this.#options.clock.now();
    if (stranger) this.#rooms.forEach((room) => room.userChanged());
    if (welcome.token !== undefined && this.#options.guest !== undefined) {
      this.#guestToken = welcome.token;
      this.emit('token', welcome.token);
    }
    this.#become({ state: 'open' });
    this.emit('welcome', welcome);
    for (const room of this.#rooms.values()) room.welcomed(welcome.rooms?.[room.id]);
  }

  /** @param {any} frame */
  #pushed(frame) {
    if (frame.room !== undefined) {
      this.#rooms.get(frame.room)?.pushed(frame);
    } else if (frame.type === 'drain' || frame.type === 'token_expiring') {
      if (frame.type === 'token_expiring') this.#refresh();
      this.emit(/** @type {'drain'} */ (frame.type), frame);
    }
  }

  async #refresh() {
    const { token } = this.#options;
    const socket = this.#socket;
    if (typeof token !== 'function') return;
    const fresh = await token().catch(() => undefined); // without a fresh one the server closes with 4102
    if (fresh === undefined || socket !== this.#socket) return;
    socket?.request({ type: 'auth', token: fresh }, { done() {}, failed() {} });
  }

  /** @param {BincangError} error */
  #ended(error) {
    const { clock } = this.#options;
    if (this.#state === 'open' && clock.now() - this.#openSince >= STEADY_MS) this.#backoff.reset();
    this.#socket = null;
    if (this.#state === 'closed') return;
    let advice = error.closeCode !== undefined ? adviceOf(error.closeCode)
      : error.code === 'lost' ? 'retry' : error.retry ? 'later' : 'away';
    if (advice === 'away' && error.code === 'unauthorized' && this.#guestToken !== undefined) {
      this.#guestToken = undefined; // too old, or the server has new keys: the same name, another guest
      advice = 'now';
    }
    if (advice === 'away') return this.#close(error);
    this.#hurriable = advice !== 'later';
    const waitMs = Math.max(this.#backoff.next(advice), error.retryAfterMs ?? 0);
    this.#timer = clock.setTimeout(() => {
      this.#dial();
      this.#become({ state: 'connecting', error });
    }, waitMs);
    this.#become({ state: 'connecting', error, waitMs });
  }

  /** @param {BincangError} error */
  #close(error) {
    if (this.#state === 'closed') return;
    this.#turn++;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#silence();
    this.#become({ state: 'closed', error });
    this.#socket?.end(error);
    this.#rooms.forEach((room) => room.closed(error));
  }

  /** @param {StateChange} change */
  #become(change) {
    this.#state = change.state;
    this.emit('state', change);
  }

  /** The page is back or the network is: no more waiting, no more trust. */
  #come() {
    const { page, clock } = this.#options;
    if (page?.document?.visibilityState === 'hidden') return;
    if (this.#state === 'open') return this.#socket?.verify();
    if (this.#timer === undefined || !this.#hurriable || clock.now() - this.#dialledAt < 1000) return;
    clock.clearTimeout(this.#timer);
    this.#dial();
    this.#become({ state: 'connecting' });
  }

  #listen() {
    this.#options.page?.addEventListener?.('online', this.#hurry);
    this.#options.page?.document?.addEventListener?.('visibilitychange', this.#hurry);
  }

  #silence() {
    this.#options.page?.removeEventListener?.('online', this.#hurry);
    this.#options.page?.document?.removeEventListener?.('visibilitychange', this.#hurry);
  }
}
