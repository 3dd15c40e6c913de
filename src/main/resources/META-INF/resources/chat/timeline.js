import { seqOf } from '/client/index.js';

/**
 * The known entries of one room, in order: messages by seq, marks for gaps and resets, and after them the messages that
 * were written in this page and are not yet in the log. It holds plain data, no DOM.
 *
 * entry: {kind: 'message', key, seq, id, time, from, text, edited, deleted}
 *      | {kind: 'gap', key, seq, fromSeq, toSeq, filling, gone} | {kind: 'reset', key, seq}
 * unsent: {kind: 'unsent', key, text, time, fate: 'waiting' | 'sent' | 'failed', error, seq, by}
 */
export class Timeline {
  /** @type {any[]} ascending by seq */
  entries = [];
  /** @type {any[]} in the order of writing */
  unsent = [];
  /** The oldest event loaded, of any type. History continues before it. */
  oldestId;
  #ids = new Map();

  /** @returns {boolean} whether it is a new message */
  add(event) {
    if (this.oldestId === undefined || event.seq < seqOf(this.oldestId)) this.oldestId = event.id;
    const target = this.#ids.get(event.target);
    if (event.type === 'edited' && target) Object.assign(target, { text: event.text, edited: true });
    if (target && event.text === undefined && /^(edited|deleted)$/.test(event.type)) target.deleted = true;
    if (event.type !== 'message' || this.#ids.has(event.id)) return false;
    const deleted = event.deleted !== undefined || event.text === undefined;
    const entry = { ...event, kind: 'message', key: event.id, sentKey: event.key, edited: event.edited !== undefined, deleted };
    this.#ids.set(event.id, entry);
    this.#insert(entry);
    return true;
  }

  write(key, text, time = Date.now()) {
    return this.recall({ key, text, time, fate: 'waiting' });
  }

  /** Adds an unsent message, for example from before a reload. */
  recall({ key, text, time, error, fate = 'failed' }) {
    const written = { kind: 'unsent', key, text, time, fate, error };
    this.unsent.push(written);
    this.unsent.sort((one, other) => one.time - other.time);
    return written;
  }

  find(key) {
    return this.unsent.find((each) => each.key === key);
  }

  /** Changes an unsent message. Removes it if its event has arrived. */
  settle(key, change) {
    const written = this.find(key);
    if (!written) return;
    Object.assign(written, change);
    if (this.#ids.has(written.id)) this.discard(key);
  }

  discard(key) {
    this.unsent = this.unsent.filter((each) => each.key !== key);
  }

  gap({ fromSeq, toSeq }) {
    const known = this.entries.find((each) => each.kind === 'gap' && each.fromSeq === fromSeq);
    if (known) return Object.assign(known, { toSeq: Math.max(toSeq, known.toSeq) });
    const gap = { kind: 'gap', key: `gap ${fromSeq}`, seq: fromSeq - 0.5, fromSeq, toSeq, filling: false, gone: false };
    this.#insert(gap);
    return gap;
  }

  remove(entry) {
    this.entries = this.entries.filter((each) => each !== entry);
  }

  /** The id of the first message after a gap. The missed events are before it. */
  after(gap) {
    return this.entries.find((each) => each.kind === 'message' && each.seq > gap.fromSeq)?.id;
  }

  /** Drops all entries after `from`, because those events are no longer in the room. */
  reset(from) {
    const seq = seqOf(from);
    const dropped = this.entries.filter((each) => each.seq > seq);
    for (const entry of dropped) this.#ids.delete(entry.id);
    this.entries = this.entries.filter((each) => each.seq <= seq);
    this.unsent = this.unsent.filter((each) => each.fate !== 'sent' || each.seq <= seq);
    if (this.oldestId !== undefined && seqOf(this.oldestId) > seq) this.oldestId = undefined;
    if (dropped.some((each) => each.kind === 'message')) {
      this.#insert({ kind: 'reset', key: `reset ${from} ${Date.now()}`, seq: seq + 0.5 });
    }
  }

  /** Keeps the newest `count` entries. The others can be loaded again. @returns {boolean} whether any were dropped */
  trim(count) {
    const gone = this.entries.splice(0, Math.max(0, this.entries.length - count));
    for (const entry of gone) this.#ids.delete(entry.id);
    const oldest = this.entries.find((each) => each.kind === 'message');
    if (gone.length > 0 && oldest) this.oldestId = oldest.id;
    return gone.length > 0;
  }

  get fromTheBeginning() {
    return this.oldestId !== undefined && seqOf(this.oldestId) === 1;
  }

  get newestSeq() {
    return this.entries.findLast((each) => each.kind === 'message')?.seq ?? 0;
  }

  /** Inserts an entry in order. Most belong at the end, so the search starts there. */
  #insert(entry) {
    const before = this.entries.findLastIndex((each) => each.seq <= entry.seq);
    this.entries.splice(before + 1, 0, entry);
  }
}
