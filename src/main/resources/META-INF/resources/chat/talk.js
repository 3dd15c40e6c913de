import { newKey } from '/client/index.js';
import { Standing } from './standing.js';
import { Timeline } from './timeline.js';

const PAGE = 50;
/** Pages fetched by themselves to close a gap; beyond, somebody must ask. */
const FILL_PAGES = 4;
/** Entries kept while nobody looks at the older ones, and how many too many are let be. */
const KEPT = 500;
const SLACK = 250;
/** How soon a room that is closed is tried again, at first and at last. */
const RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
/** The newest messages follow a join at once; a room whose log is empty again sends none. */
const CATCH_UP_MS = 3000;

/** One joined room as this page holds it: its timeline, what is unread, what is being loaded. */
export class Talk {
  timeline = new Timeline();
  draft;
  /** Messages of others after this seq are unread; undefined until the room was entered. */
  readSeq;
  unread = 0;
  /** @type {'unknown' | 'loading' | 'some' | 'none' | 'failed'} whether there is something before what is loaded */
  older = 'unknown';
  /** @type {import('/client/index.js').BincangError | undefined} why there is no way in */
  refusal;
  /** Whether the newest messages are here: before, it is too early to ask for older ones. */
  caughtUp = false;
  /** What its user may do there. */
  standing;
  #headSeq = Infinity;
  #retryMs = RETRY_MS;
  #retry = 0;
  #ends = 0;
  /** What takes the listeners off the room. */
  #off = [];
  #me;
  #changed;

  /**
   * @param {import('/client/index.js').Room} room
   * @param {{me: () => string | undefined, readSeq?: number, draft?: string, changed: () => void}} page
   */
  constructor(room, { me, readSeq, draft = '', changed }) {
    this.readSeq = readSeq;
    this.draft = draft;
    this.#me = me;
    this.#changed = changed;
    this.standing = new Standing(room.id, changed);
    this.#listen(room);
  }

  get id() {
    return this.room.id;
  }

  /** What was refused and may be tried again, as plain data. */
  get failed() {
    return this.timeline.unsent.filter(({ fate }) => fate === 'failed')
      .map(({ key, text, time, error: { code, message } }) => ({ room: this.id, key, text, time, error: { code, message } }));
  }

  /** Once more where the way in was closed: from the last event that is here. */
  again() {
    if (this.room.state === 'out') this.enter(this.room.position);
  }

  /** @param {import('/client/index.js').EventId} [after] the last event that is here already */
  async enter(after) {
    const { room } = this;
    clearTimeout(this.#retry);
    try {
      const { head } = await room.join(after === undefined ? { last: PAGE } : { after });
      if (room !== this.room) return;
      this.refusal = undefined;
      this.standing.bannedUntil = 0;
      this.#retryMs = RETRY_MS;
      this.standing.read();
      const headSeq = Number(head.split('-')[0]);
      this.readSeq = Math.min(this.readSeq ?? headSeq, headSeq);
      if (this.older === 'unknown') this.older = headSeq === 0 ? 'none' : 'some';
      this.#headSeq = headSeq;
      if (headSeq === 0) this.caughtUp = true;
      else setTimeout(() => this.#caughtUp(), CATCH_UP_MS);
    } catch (error) {
      if (room === this.room && !['closed', 'aborted'].includes(error.code)) this.#refused(error);
    }
    this.#changed();
  }

  /** The same room on another connection, from here on. @param {import('/client/index.js').Room} room */
  move(room) {
    const { position } = this.room;
    this.#listen(room);
    this.enter(position);
  }

  async exit() {
    clearTimeout(this.#retry);
    clearTimeout(this.#ends);
    this.#off.forEach((off) => off());
    await this.room.leave();
  }

  send(text) {
    this.#deliver(this.timeline.write(newKey(), text));
    this.standing.wrote(Date.now());
  }

  /** The client sends again what it found unsent, from before a reload for one. */
  recover({ key, text, time }, sent) {
    this.#deliver(this.timeline.find(key) ?? this.timeline.write(key, text, time), sent);
  }

  /** After a move: what waits and was not recovered. */
  resend() {
    for (const written of this.timeline.unsent) {
      if (written.fate === 'waiting' && written.by !== this.room) this.#deliver(written);
    }
  }

  /** The same key again, so that nothing is said twice; another one where the key itself was the trouble. */
  retry({ key, text, error }) {
    if (['conflict', 'unauthorized', 'unknown'].includes(error.code)) {
      this.timeline.discard(key);
      return this.send(text);
    }
    this.#deliver(this.timeline.find(key));
  }

  discard({ key }) {
    this.timeline.discard(key);
    this.#changed();
  }

  async loadOlder() {
    if (this.older === 'loading' || this.older === 'none' || !this.caughtUp) return;
    this.older = 'loading';
    this.#changed();
    try {
      const { events, more } = await this.room.history({ before: this.timeline.oldestId, limit: PAGE });
      events.forEach((event) => this.timeline.add(event));
      this.older = more ? 'some' : 'none';
    } catch {
      this.older = 'failed';
    }
    this.#changed();
  }

  /** Loads what a gap left out, newest first, as far as the room still keeps it. */
  async fill(gap) {
    if (gap.filling) return;
    gap.filling = true;
    this.#changed();
    try {
      let before = this.timeline.after(gap);
      for (let page = 0; page < FILL_PAGES; page++) {
        const { events, more } = await this.room.history({ before, limit: PAGE });
        for (const event of events) if (event.seq >= gap.fromSeq) this.#count(event, this.timeline.add(event));
        const oldest = events[0];
        if (oldest && oldest.seq <= gap.fromSeq) return this.timeline.remove(gap);
        if (oldest) gap.toSeq = Math.min(gap.toSeq, oldest.seq - 1);
        gap.gone = !more;
        if (!more) break;
        before = oldest.id;
      }
    } catch {
      gap.gone = false; // the mark offers to try again
    } finally {
      gap.filling = false;
      this.#changed();
    }
  }

  /** A page may stay open for weeks: what was scrolled out long ago is let go. */
  trim() {
    if (this.timeline.entries.length > KEPT + SLACK && this.timeline.trim(KEPT)) this.older = 'some';
  }

  /** All that is here has been seen. @returns {boolean} whether that was news */
  read() {
    const before = this.readSeq;
    if (before === undefined) return false;
    this.readSeq = Math.max(before, this.timeline.newestSeq);
    const news = this.unread > 0 || this.readSeq > before;
    this.unread = 0;
    return news;
  }

  #listen(room) {
    this.#off.forEach((off) => off());
    this.room = room;
    this.#off = [
      room.on('event', (event) => this.#came(event)),
      room.on('gap', (gap) => this.fill(this.timeline.gap(gap))),
      room.on('reset', ({ from }) => this.#reset(from)),
      room.on('denied', (error) => this.#refused(error)),
    ];
  }

  #deliver(written, sent = this.room.send(written.text, { key: written.key })) {
    const { key } = written;
    const by = written.by = this.room;
    this.timeline.settle(key, { fate: 'waiting', error: undefined });
    this.#changed();
    sent.then(
      ({ id, seq, time }) => this.timeline.settle(key, { fate: 'sent', id, seq, time }),
      (error) => {
        if (by !== this.room) return; // the next one has it
        this.timeline.settle(key, { fate: 'failed', error });
        this.standing.refused(error);
      },
    ).finally(this.#changed);
  }

  #came(event) {
    this.#count(event, this.timeline.add(event));
    this.standing.heard(event, this.#me());
    this.#endsByItself();
    if (event.seq === 1) this.older = 'none';
    if (event.seq >= this.#headSeq) this.caughtUp = true;
    this.#changed();
  }

  #caughtUp() {
    this.caughtUp = true;
    this.#changed();
  }

  #count(event, isNew) {
    if (event.from?.id === this.#me()) this.timeline.discard(event.key);
    else if (isNew && event.seq > (this.readSeq ?? Infinity)) this.unread++;
  }

  #reset(from) {
    const seq = Number(from.split('-')[0]);
    this.timeline.reset(from);
    this.readSeq = Math.min(this.readSeq ?? seq, seq);
    this.unread = 0;
    this.older = seq === 0 ? 'none' : 'some';
    this.#changed();
  }

  #refused(error) {
    this.refusal = error;
    this.#changed();
    if (error.code !== 'limit_reached') this.#tryLater();
  }

  /** Nobody tells who is banned that the ban is over. */
  #tryLater() {
    clearTimeout(this.#retry);
    const wait = Math.min(this.#retryMs, Math.max(0, this.standing.until - Date.now()) + 500);
    this.#retryMs = Math.min(LAST_RETRY_MS, 2 * this.#retryMs);
    this.#retry = setTimeout(() => document.hidden ? this.#tryLater() : this.again(), wait);
  }

  /** A mute that ends shows it. */
  #endsByItself() {
    clearTimeout(this.#ends);
    const wait = this.standing.until - Date.now();
    if (wait < 2 ** 31) this.#ends = setTimeout(() => this.#changed(), wait + 50);
  }
}
