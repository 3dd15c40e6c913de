import { Emitter } from './emitter.js';
import { BincangError } from './errors.js';
import { newKey } from './key.js';
import { Lane } from './lane.js';

/**
 * A room as this connection sees it.
 *
 *   out ──join()──▶ joining ──ok──▶ joined ──leave(), denied──▶ out
 *                      ▲               │ link lost: stays joined, the next hello resumes it
 *                      └───────────────┘ link lost before the first of `last` events came: joins again
 *
 * The position is the id of the last event seen here. Only pushed events, `gap` and `reset` move it, and the
 * head in an answer where nothing else is known (a join from now on); an `ok` to a send never does: it may
 * overtake the events before it.
 *
 * @typedef {import('./protocol.js').EventId} EventId
 * @typedef {import('./protocol.js').RoomEvent} RoomEvent
 * @typedef {{
 *   message: import('./protocol.js').Message, edited: import('./protocol.js').Edited,
 *   deleted: import('./protocol.js').Deleted, reaction: import('./protocol.js').Reaction,
 *   member: import('./protocol.js').MemberEvent, room: import('./protocol.js').RoomChange,
 *   inbox: import('./protocol.js').InboxEvent, audit: import('./protocol.js').AuditEvent,
 *   event: RoomEvent,
 *   gap: import('./protocol.js').Gap, reset: import('./protocol.js').Reset,
 *   typing: import('./protocol.js').Signal, presence: import('./protocol.js').Signal, read: import('./protocol.js').Signal,
 *   denied: BincangError,
 * }} RoomEvents `event` is every durable event once more, in order
 */

/** Ids remembered for deduplication. */
const REMEMBERED = 1024;

/** @extends {Emitter<RoomEvents>} */
export class Room extends Emitter {
  /** @type {'out' | 'joining' | 'joined'} */
  #state = 'out';
  /** @type {EventId | undefined} */
  #position;
  /** @type {number | undefined} */
  #last;
  /** @type {Promise<import('./protocol.js').JoinReply> | undefined} */
  #joining;
  /** @type {Set<EventId>} */
  #seen = new Set();
  #link;
  #joins;
  #sends;
  #reads;

  /**
   * @param {string} id
   * @param {ConstructorParameters<typeof Lane>[0] & {state: string}} link
   */
  constructor(id, link) {
    super();
    /** @readonly */
    this.id = id;
    this.#link = link;
    this.#joins = new Lane(link);
    this.#sends = new Lane(link);
    this.#reads = new Lane(link);
  }

  get state() {
    return this.#state;
  }

  /** The id of the last event seen, for `join({after})` in a later life; undefined before there is one. */
  get position() {
    return this.#position;
  }

  /**
   * Enters the room: what came after `after`, or the newest `last` events, then all that follows. Without
   * either from now on. A join while joined or joining gives the answer of the first; leave before joining anew.
   * @param {{after?: EventId, last?: number}} [from]
   * @returns {Promise<import('./protocol.js').JoinReply>}
   */
  join({ after, last } = {}) {
    if (this.#link.state === 'closed') return Promise.reject(closed());
    if (this.#joining) return this.#joining;
    this.#position = after;
    this.#last = after === undefined ? last : undefined;
    this.#seen.clear();
    return this.#enter({ again: false });
  }

  /** Leaves the room; resolves when the server will push no more of it. */
  async leave() {
    const wasOut = this.#state === 'out';
    this.#out();
    this.#joins.fail(new BincangError('closed', 'the room was left'));
    if (wasOut || this.#link.state !== 'open') return;
    await this.#joins.push(() => ({ type: 'leave', room: this.id })).catch(() => {}); // a lost link has left it too
  }

  /**
   * Posts a message; resolves when it is in the room's log. Sends of one room go out in order, each after the
   * one before was acknowledged; what a broken link leaves unacknowledged is sent again with the same key, so
   * that it has one effect. No join is needed.
   * @param {string} text
   * @param {{key?: string, replyTo?: EventId}} [options]
   * @returns {Promise<import('./protocol.js').SendReply>} rejects with a BincangError
   */
  async send(text, { key = newKey(), replyTo } = {}) {
    return this.#say(() => ({ type: 'send', room: this.id, key, text, replyTo }));
  }

  /**
   * Gives a message of your own another text; resolves when that is in the room's log.
   * @param {EventId} target
   * @param {string} text
   * @param {{key?: string}} [options]
   * @returns {Promise<import('./protocol.js').SendReply>} rejects with a BincangError
   */
  edit(target, text, { key = newKey() } = {}) {
    return this.#say(() => ({ type: 'edit', room: this.id, key, target, text }));
  }

  /**
   * Takes a message away: your own or, where your role allows it, anybody's.
   * @param {EventId} target
   * @param {{key?: string}} [options]
   * @returns {Promise<import('./protocol.js').SendReply>} rejects with a BincangError
   */
  delete(target, { key = newKey() } = {}) {
    return this.#say(() => ({ type: 'delete', room: this.id, key, target }));
  }

  /**
   * Older events, ascending; `more` tells whether there are still older ones.
   * @param {{before?: EventId, limit?: number}} [page] without `before`: the newest
   * @returns {Promise<import('./protocol.js').HistoryReply>}
   */
  async history({ before, limit } = {}) {
    if (this.#link.state === 'closed') throw closed();
    const { events, more } = await this.#reads.push(() => ({ type: 'history', room: this.id, before, limit }));
    return { events, more };
  }

  /**
   * What hello says of this room: its position, null for "from now on"; undefined if hello has nothing to say.
   * @internal
   */
  resume() {
    if (this.#state !== 'joined') return undefined;
    if (this.#position !== undefined || this.#last === undefined) return this.#position ?? null;
    this.#enter({ again: true }); // nothing of the last events has come yet: ask for them again
    return undefined;
  }

  /**
   * @param {{state: import('./protocol.js').RoomState, head?: EventId} | undefined} answer of the welcome
   * @internal
   */
  welcomed(answer) {
    if (this.#state === 'joined' && answer?.state === 'denied') {
      this.#out();
      this.emit('denied', new BincangError('forbidden', `no access to ${this.id}`));
    } else if (this.#state === 'joined' && answer) {
      this.#position ??= answer.head;
    } else if (this.#state === 'joined') {
      this.#enter({ again: true }); // the server knows nothing of it
    }
    for (const lane of [this.#joins, this.#sends, this.#reads]) lane.wake();
  }

  /**
   * @param {any} frame pushed, of this room
   * @internal
   */
  pushed(frame) {
    if (this.#state !== 'joined') return; // late frames of a room that was left
    if (frame.type === 'denied') {
      this.#out();
      this.emit('denied', new BincangError('forbidden', `no access to ${this.id} any more`));
      return;
    }
    if (frame.type === 'reset') {
      this.#position = frame.from;
      this.#seen = new Set([...this.#seen].filter((id) => seqOf(id) <= seqOf(frame.from)));
    } else if (frame.type === 'gap') {
      this.#position = frame.to;
    } else if (frame.id !== undefined) {
      if (this.#seen.has(frame.id)) return;
      this.#seen.add(frame.id);
      if (this.#seen.size > REMEMBERED) this.#seen.delete(/** @type {EventId} */ (this.#seen.values().next().value));
      this.#position = frame.id;
    }
    this.emit(frame.type, frame);
    if (frame.id !== undefined) this.emit('event', frame);
  }

  /**
   * Another user than before: what went out under the old one cannot be sent again safely, its key is not known
   * to the new one.
   * @internal
   */
  userChanged() {
    this.#sends.fail(new BincangError('unauthorized', 'the user changed before the answer came'), { tried: true });
  }

  /**
   * @param {BincangError} error
   * @internal
   */
  closed(error) {
    for (const lane of [this.#joins, this.#sends, this.#reads]) lane.fail(error);
  }

  /** @param {() => import('./protocol.js').Command} command a durable one */
  async #say(command) {
    if (this.#link.state === 'closed') throw closed();
    const { id, seq, time, duplicate } = await this.#sends.push(command);
    return { id, seq, time, duplicate };
  }

  /** @param {{again: boolean}} which again: nobody waits for the answer, it must be told if it is no */
  #enter({ again }) {
    this.#state = 'joining';
    const joining = this.#joins.push(
      () => ({ type: 'join', room: this.id, after: this.#position, last: this.#position === undefined ? this.#last : undefined }),
      (reply) => this.#entered(reply),
    ).then(({ state, head, role, name }) => ({ state, head, role, name }));
    joining.catch((error) => {
      if (this.#joining !== joining) return; // left meanwhile
      if (again && this.#link.state === 'closed') {
        this.#state = 'joined'; // reopen() goes on from here
        return;
      }
      this.#out();
      if (again) this.emit('denied', error);
    });
    return this.#joining = joining;
  }

  /** @param {import('./protocol.js').JoinReply} reply */
  #entered(reply) {
    this.#state = 'joined';
    if (!this.#last || reply.head === '0-0') this.#position ??= reply.head;
  }

  #out() {
    this.#state = 'out';
    this.#joining = undefined;
  }
}

/** The place of an id in its room's order. @param {EventId} id */
export function seqOf(id) {
  return Number(id.slice(0, id.indexOf('-')));
}

function closed() {
  return new BincangError('closed', 'the connection is closed');
}
