import { connect } from '/client/index.js';
import { shelf, tab } from './memory.js';
import { Talk } from './talk.js';
import { ROOM_ID } from './words.js';

/**
 * A user and their rooms on one connection. Choosing a transport makes a new connection. The session stores the user's
 * data in the tab, and restores it after a reload.
 */
export class Session {
  /** @type {Map<string, Talk>} */
  talks = new Map();
  #name;
  #on;
  /** @type {import('/client/index.js').Connection} */
  #connection;
  #shelf;
  #user;
  #ended = false;
  #failed = JSON.stringify(tab.get('failed') ?? []);

  /**
   * @param {string} name
   * @param {{state: (change: import('/client/index.js').StateChange) => void,
   *   transport: () => void, welcome: (welcome: import('/client/index.js').Welcome) => void, changed: () => void}} on
   */
  constructor(name, on) {
    this.#name = name;
    this.#on = on;
    this.#connect();
    for (const id of tab.get('rooms') ?? []) if (ROOM_ID.test(id)) this.join(id);
    for (const { room, ...failed } of JSON.parse(this.#failed)) this.join(room).timeline.recall(failed);
  }

  /** The user's id. It stays the same on a new connection. */
  get me() {
    return this.#connection.user?.id ?? this.#user?.id;
  }

  get state() {
    return this.#connection.state;
  }

  /** The transport in use; undefined while there is no link. */
  get carries() {
    return this.state === 'open' ? this.#connection.transport : undefined;
  }

  /** The chosen transport; undefined for the best one that works. */
  get way() {
    return tab.get('way');
  }

  /** Reconnects by a transport. Rooms keep their positions, and unsent messages go out on the new connection. */
  choose(way) {
    if (way === this.way) return;
    tab.set('way', way);
    const left = this.#connection;
    this.#shelf.letGo(); // unsent messages stay in the store, and the next connection finds them
    this.#connect();
    for (const talk of this.talks.values()) talk.move(this.#connection.room(talk.id));
    left.close();
    Promise.resolve().then(() => this.talks.forEach((talk) => talk.resend())); // messages that did not fit into the store
  }

  /** @param {string} id */
  join(id) {
    let talk = this.talks.get(id);
    if (!talk) {
      talk = new Talk(this.#connection.room(id), {
        me: () => this.me, readSeq: tab.get('read')?.[id], draft: tab.get('drafts')?.[id], changed: () => this.#changed(),
      });
      this.talks.set(id, talk);
      this.#keepRooms();
    }
    talk.again();
    return talk;
  }

  /** @param {Talk} talk */
  leave(talk) {
    talk.exit();
    this.talks.delete(talk.id);
    this.#keepRooms();
    this.#changed();
  }

  reopen() {
    this.#connection.reopen();
    for (const id of this.talks.keys()) this.join(id);
  }

  /** Stores the drafts, so that they survive a reload. */
  keepDrafts() {
    const drafts = [...this.talks.values()].filter(({ draft }) => draft !== '').map(({ id, draft }) => [id, draft]);
    tab.set('drafts', drafts.length > 0 ? Object.fromEntries(drafts) : undefined);
  }

  end() {
    this.#ended = true;
    this.#connection.close();
    for (const name of ['token', 'rooms', 'read', 'failed', 'drafts']) tab.set(name, undefined);
  }

  #connect() {
    this.#shelf = shelf();
    const connection = connect({
      guest: this.#name, token: tab.get('token'), store: this.#shelf, ...this.way && { transports: [this.way] },
    });
    this.#connection = connection;
    const on = (type, listener) => connection.on(type, (event) => {
      if (connection === this.#connection && !this.#ended) listener(event);
    });
    on('token', (token) => tab.set('token', token));
    on('state', this.#on.state);
    on('transport', () => {
      this.#on.transport();
      for (const talk of this.talks.values()) if (talk.refusal?.code === 'limit_reached') talk.again();
    });
    on('welcome', (welcome) => {
      this.#user = welcome.user;
      this.#on.welcome(welcome);
    });
    on('pending', ({ room, key, text, at, sent }) => this.join(room).recover({ key, text, time: at }, sent));
  }

  #keepRooms() {
    tab.set('rooms', [...this.talks.keys()]);
  }

  /** Stores refused messages, because the client forgets them and the user may try again. */
  #changed() {
    if (this.#ended) return;
    const failed = JSON.stringify([...this.talks.values()].flatMap((talk) => talk.failed));
    if (failed !== this.#failed) tab.set('failed', failed === '[]' ? undefined : JSON.parse(failed));
    this.#failed = failed;
    this.#on.changed();
  }
}
