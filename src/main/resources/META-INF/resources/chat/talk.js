import { newKey } from '/client/index.js';
import { Standing } from './standing.js';
import { Timeline } from './timeline.js';

const PAGE = 50;
/** How many pages are loaded automatically to close a gap. For more, the user has to ask. */
const FILL_PAGES = 4;
/** How many entries are kept while the user does not look at older ones, and how many more start a trim. */
const KEPT = 500;
const SLACK = 250;
/** The first and the longest wait before a closed room is tried again. */
const RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
/** How long to wait for the newest messages after a join. A room whose log is empty again sends none. */
const CATCH_UP_MS = 3000;

/** A joined room in this page: its timeline, its unread count and the state of loading. */
export class Talk {
  timeline = new Timeline();
  draft;
  /** Messages of others after this seq are unread. Undefined until the room is joined. */
  readSeq;
  unread = 0;
  /**
   * @type {'unknown' | 'loading' | 'some' | 'none' | 'failed'} whether there are older messages than the loaded ones
   */
  older = 'unknown';
  /** @type {import('/client/index.js').BincangError | undefined} why the user cannot enter the room */
  refusal;
  /** Whether the newest messages are loaded. Until then, older ones are not requested. */
  caughtUp = false;
  /** The rights of the user in the room. */
  standing;
  #headSeq = Infinity;
  #retryMs = RETRY_MS;
  #retry = 0;
  #ends = 0;
  /** The functions that remove the listeners from the room. */
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

  /** The refused messages that the user may try again, as plain data. */
  get failed() {
    return this.timeline.unsent.filter(({ fate }) => fate === 'failed')
      .map(({ key, text, time, error: { code, message } }) => ({ room: this.id, key, text, time, error: { code, message } }));
  }

  /** Joins the room again if it was left or refused, from the last event received. */
  again() {
    if (this.room.state === 'out') this.enter(this.room.position);
  }

  /** @param {import('/client/index.js').EventId} [after] the last event that the page already has */
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

  /** Moves to another connection, at the same position. @param {import('/client/index.js').Room} room */
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

  /** Shows a message that the client sends again, for example after a reload. */
  recover({ key, text, time }, sent) {
    this.#deliver(this.timeline.find(key) ?? this.timeline.write(key, text, time), sent);
  }

  /** Sends the waiting messages that the new connection did not recover. Called after a move. */
  resend() {
    for (const written of this.timeline.unsent) {
      if (written.fate === 'waiting' && written.by !== this.room) this.#deliver(written);
    }
  }

  /**
   * Sends a refused message again: with the same key, so that it appears once, or with a new key if the key was the
   * cause.
   */
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

  /** Loads the events of a gap, newest first, if the room still keeps them. */
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
      gap.gone = false; // the gap's row offers to try again
    } finally {
      gap.filling = false;
      this.#changed();
    }
  }

  /** Drops old entries, because a page may stay open for weeks. */
  trim() {
    if (this.timeline.entries.length > KEPT + SLACK && this.timeline.trim(KEPT)) this.older = 'some';
  }

  /** Marks everything as read. @returns {boolean} whether this changed anything */
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
        if (by !== this.room) return; // the new connection sends it
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

  /** Tries to join again later, because the server does not tell a banned user that the ban is over. */
  #tryLater() {
    clearTimeout(this.#retry);
    const wait = Math.min(this.#retryMs, Math.max(0, this.standing.until - Date.now()) + 500);
    this.#retryMs = Math.min(LAST_RETRY_MS, 2 * this.#retryMs);
    this.#retry = setTimeout(() => document.hidden ? this.#tryLater() : this.again(), wait);
  }

  /** Updates the page when a mute or ban ends. */
  #endsByItself() {
    clearTimeout(this.#ends);
    const wait = this.standing.until - Date.now();
    if (wait < 2 ** 31) this.#ends = setTimeout(() => this.#changed(), wait + 50);
  }
}
