import { checked, gaveUp, within } from './check.js';
import { RoomCommands } from './commands.js';
import { BincangError } from './errors.js';
import { Lane } from './outbox.js';
import { positionAfter, seqOf } from './position.js';

/**
 * @import { EventId, JoinReply, Reset, Welcome } from './protocol.js'
 * @import { Room as Typed } from './index.js'
 * @import { Entry, Wish } from './internal.js'
 */

/** How many ids are remembered for deduplication. */
const REMEMBERED = 1024;

/**
 * One room of a connection. Its position is the id of the last event received. Only pushed events, `gap` and `reset`
 * move it. If there is no position yet, it is the head in an answer. An `ok` to a send never moves it, because it may
 * overtake earlier events.
 */
export class Room extends RoomCommands {
  /** @type {'out' | 'joining' | 'joined'} */
  #state = 'out';
  /** @type {EventId | undefined} */
  #position;
  /** @type {number | undefined} */
  #last;
  /** @type {Promise<JoinReply> | undefined} */
  #joining;
  /** The number of joins without a leave. Each stay in the room has its own object. */
  #stay = { joins: 0 };
  /** @type {Set<EventId>} */
  #seen = new Set();
  /**
   * The frames since the join in the same task: an iteration may begin after `await join()`.
   * @type {any[] | undefined}
   */
  #first;
  #host;
  #joins;
  #lanes;

  /** @param {string} id @param {import('./internal.js').RoomHost} host */
  constructor(id, host) {
    super(id, host);
    this.#host = host;
    this.#joins = new Lane(host);
    this.#lanes = [this.#joins, ...this.lanes];
  }

  get state() {
    return this.#state;
  }

  get position() {
    return this.#position;
  }

  /** @type {Typed['join']} */
  async join(from) {
    const { after, last, ...patience } = checked(from, { after: 'id', last: 'count' });
    if (!this.#joining) {
      this.#position = after;
      this.#last = after === undefined ? last : undefined;
      this.#seen.clear();
      this.#stay = { joins: 0 };
      this.#enter({ again: false });
    }
    const stay = this.#stay;
    stay.joins++;
    return within(this.#host.clock, patience, /** @type {Promise<JoinReply>} */ (this.#joining), () => void this.#left(stay));
  }

  /** @type {Typed['leave']} */
  async leave(options) {
    return within(this.#host.clock, checked(options), this.#left(this.#stay));
  }

  /** @type {Typed[typeof Symbol.asyncIterator]} */
  async *[Symbol.asyncIterator]() {
    const told = [...this.#first ?? []];
    let wake = () => {};
    /** @param {any} frame */
    const tell = (frame) => {
      told.push(frame);
      wake();
    };
    const off = /** @type {const} */ (['event', 'gap', 'reset', 'denied', 'end']).map((type) => this.on(type, tell));
    let stay;
    if (this.#state === 'out') {
      this.join().catch(tell);
      stay = this.#stay;
    }
    try {
      for (;;) {
        while (told.length === 0) await /** @type {Promise<void>} */ (new Promise((resolve) => { wake = resolve; }));
        const frame = told.shift();
        if (frame === undefined || /^(closed|aborted)$/.test(frame.code)) return;
        if (frame instanceof BincangError) throw frame;
        yield frame;
      }
    } finally {
      off.forEach((take) => take());
      if (stay) this.#left(stay);
    }
  }

  /** For hello: null is "from now on"; undefined leaves the room out, as before the first of the `last` events. @internal */
  resume() {
    return this.#state !== 'joined' ? undefined : this.#position ?? (this.#last === undefined ? null : undefined);
  }

  /** @param {Welcome['rooms'][string] | undefined} answer @internal */
  welcomed(answer) {
    const denied = answer?.state === 'denied';
    if (this.#state === 'joined') {
      if (denied) this.#denied();
      else if (answer) this.#position ??= answer.head;
      else this.#enter({ again: true }); // hello did not name the room
    } else if (answer && !denied) {
      this.#leave({ first: true }); // the application left the room after hello was sent
    }
    for (const lane of this.#lanes) lane.wake();
  }

  /** @param {any} frame of this room @internal */
  pushed(frame) {
    if (this.#state !== 'joined') return; // a late frame of a room that was left
    const { type, id } = frame;
    if (type === 'denied') return this.#denied();
    if (type === 'gap' && seqOf(frame.to) <= seqOf(this.#position ?? '0-0')) return; // already delivered by another link
    if (id !== undefined) {
      if (this.#seen.has(id)) return;
      this.#seen.add(id);
      if (this.#seen.size > REMEMBERED) this.#seen.delete(/** @type {EventId} */ (this.#seen.values().next().value));
    }
    this.#position = positionAfter(frame) ?? this.#position;
    if (positionAfter(frame)) this.#first?.push(frame); // a signal has no position
    if (type === 'reset') return this.#reset(frame);
    this.emit(type, frame);
    if (id !== undefined) this.emit('event', frame);
  }

  /**
   * Sends a message again that is from before a reload, or that the server has lost. Emits `pending`: no caller waits.
   * @param {Entry} entry
   * @internal */
  restore(entry) {
    const { user, ...message } = entry;
    const sent = this.post(entry, { since: entry.at, user, first: true });
    sent.catch(() => {});
    this.#host.pending({ ...message, sent });
  }

  /** @param {BincangError} error @internal */
  closed(error) {
    for (const lane of this.#lanes) lane.fail(error);
    this.emit('end', error);
  }

  /** @param {Reset} frame */
  #reset(frame) {
    const from = seqOf(frame.from);
    this.#seen = new Set([...this.#seen].filter((id) => seqOf(id) <= from));
    const taken = this.lost(from);
    this.emit('reset', frame);
    for (const entry of taken) this.restore(entry); // a message that is still there is only acknowledged again
  }

  /** @param {{again: boolean}} which again: no caller waits for the answer, so a refusal is emitted as `denied` */
  #enter({ again }) {
    this.#state = 'joining';
    /** @type {Promise<JoinReply>} */
    const joining = this.#joins.push(
      () => ({ type: 'join', room: this.id, after: this.#position, last: this.#position === undefined ? this.#last : undefined }),
      { answered: ({ head }) => {
        this.#state = 'joined';
        if (!this.#last || head === '0-0') this.#position ??= head;
        this.#first = [];
        this.#host.clock.setTimeout(() => { this.#first = undefined; }, 0);
      } },
    );
    joining.catch((error) => {
      if (this.#joining !== joining) return; // left in the meantime
      if (again && this.#host.state === 'closed') this.#state = 'joined'; // reopen() resumes the room
      else if (again) this.#denied(error);
      else this.#out();
    });
    return this.#joining = joining;
  }

  /** Takes away one join. The last one leaves the room. @param {{joins: number}} stay */
  async #left(stay) {
    if (stay !== this.#stay || this.#state === 'out' || --stay.joins > 0) return;
    this.#out();
    this.#joins.fail(gaveUp());
    this.emit('end', undefined);
    if (this.#host.state === 'open') await this.#leave();
  }

  /** @param {Wish} [wish] */
  #leave(wish) {
    return this.#joins.push(() => ({ type: 'leave', room: this.id }), wish).catch(() => {}); // a lost link has left the room too
  }

  #denied(error = new BincangError('forbidden', `no access to ${this.id}`)) {
    this.#out();
    this.emit('denied', error);
  }

  #out() {
    this.#state = 'out';
    this.#joining = undefined;
  }
}
