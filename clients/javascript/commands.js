import { check, checked } from './check.js';
import { Emitter } from './emitter.js';
import { newKey } from './key.js';
import { Lane } from './outbox.js';

/**
 * @import { SendReply } from './protocol.js'
 * @import { Room as Typed, RoomEvents } from './index.js'
 * @import { Entry, Wish } from './internal.js'
 */

/** What a message may have beside its text, and its forms. */
const CONTENT = { mentions: 'array', mentionAll: 'boolean', attachments: 'array', data: 'object' };
const PLACE = { replyTo: 'id', thread: 'id', alsoInRoom: 'boolean' };

/** How many own messages are remembered, in case the server loses them. */
const REMEMBERED_OWN = 100;

/**
 * The commands of a room that need no join. Those that write are sent one after another, and so are those that read.
 *
 * @extends {Emitter<RoomEvents>}
 */
export class RoomCommands extends Emitter {
  /** @type {{seq: number, entry: Entry}[]} */
  #own = [];
  #host;
  #sends;
  #reads;
  #marks;

  /** @param {string} id @param {import('./internal.js').RoomHost} host */
  constructor(id, host) {
    super();
    this.id = id;
    this.#host = host;
    this.#sends = new Lane(host, true);
    this.#reads = new Lane(host);
    this.#marks = new Lane(host);
  }

  /** @internal */
  get lanes() {
    return [this.#sends, this.#reads, this.#marks];
  }

  /** @type {Typed['send']} */
  async send(text, options) {
    const { key = newKey(), signal, timeoutMs, ...more } = checked(options, { key: 'key', ...PLACE, ...CONTENT });
    checkText(text, more);
    const { clock, user } = this.#host;
    return this.post({ room: this.id, key, text, ...more, at: clock.now(), user: user?.id }, { signal, timeoutMs });
  }

  /** @type {Typed['edit']} */
  async edit(target, text, options) {
    const { key = newKey(), signal, timeoutMs, ...more } = checked(options, { key: 'key', ...CONTENT });
    check('target', target, 'id');
    checkText(text, more);
    return this.#say({ type: 'edit', key, target, text, ...more }, { signal, timeoutMs });
  }

  /** @type {Typed['delete']} */
  async delete(target, options) {
    const { key = newKey(), ...patience } = checked(options, { key: 'key' });
    check('target', target, 'id');
    return this.#say({ type: 'delete', key, target }, patience);
  }

  /** @type {Typed['react']} */
  async react(target, name, options) {
    const { on = true, ...patience } = checked(options, { on: 'boolean' });
    check('target', target, 'id');
    check('name', name, 'text');
    return this.#sends.push(() => ({ type: 'react', room: this.id, target, name, on }), patience);
  }

  /** @type {Typed['pin']} */
  async pin(target, options) {
    const { on = true, ...patience } = checked(options, { on: 'boolean' });
    check('target', target, 'id');
    await this.#sends.push(() => ({ type: 'pin', room: this.id, target, on }), patience);
  }

  /** @type {Typed['signal']} */
  async signal(name, data) {
    return this.#sends.now({ type: 'signal', room: this.id, name, data });
  }

  /** @type {Typed['typing']} */
  async typing(on) {
    return this.#sends.now({ type: 'typing', room: this.id, on });
  }

  /** @type {Typed['read']} */
  async read(upTo, options) {
    const { known, ...patience } = checked(options, { known: 'id' });
    check('upTo', upTo, 'id');
    return this.#marks.push(() => ({ type: 'read', room: this.id, upTo, known }), patience);
  }

  /** @type {Typed['unread']} */
  async unread(from, options) {
    const patience = checked(options);
    check('from', from, 'id');
    return this.#marks.push(() => ({ type: 'unread', room: this.id, from }), patience);
  }

  /** @type {Typed['history']} */
  async history(page) {
    const { signal, timeoutMs, ...part } = checked(page, { before: 'id', after: 'id', around: 'id', ids: 'list', only: 'text', limit: 'count' });
    return this.#reads.push(() => ({ type: 'history', room: this.id, ...part }), { signal, timeoutMs });
  }

  /** @type {Typed['search']} */
  async search(words, options) {
    const { signal, timeoutMs, ...filter } = checked(options, { from: 'text', since: 'count', until: 'count', has: 'text', before: 'id', limit: 'count' });
    check('words', words, 'text');
    return this.#reads.push(() => ({ type: 'search', room: this.id, words, ...filter }), { signal, timeoutMs });
  }

  /** @type {Typed['report']} */
  async report(target, reason, options) {
    check('target', target, 'id');
    check('reason', reason, 'text');
    return this.#sends.push(() => ({ type: 'report', room: this.id, target, reason }), checked(options));
  }

  /** The own messages that the server has lost. @param {number} from the seq of the last event that it still has @internal */
  lost(from) {
    const taken = this.#own.filter(({ seq }) => seq > from);
    this.#own = this.#own.filter(({ seq }) => seq <= from);
    return taken.map(({ entry }) => entry);
  }

  /** Sends a message. @param {Entry} entry @param {Wish} [wish] @internal */
  async post(entry, wish) {
    const { room, at, user, ...message } = entry;
    this.#host.outbox.add(entry);
    try {
      const reply = await this.#say({ type: 'send', ...message }, wish);
      this.#own.push({ seq: reply.seq, entry: { ...entry, user: this.#host.user?.id } });
      if (this.#own.length > REMEMBERED_OWN) this.#own.shift();
      return reply;
    } finally {
      this.#host.outbox.remove(entry);
    }
  }

  /** @param {any} command @param {Wish} [wish] @returns {Promise<SendReply>} */
  #say(command, wish) {
    return this.#sends.push(() => ({ ...command, room: this.id }), wish);
  }
}

/** Only beside an attachment or data may the text be empty. @param {unknown} text @param {any} more */
function checkText(text, { attachments, data }) {
  if (text !== '' || !attachments?.length && !data) check('text', text, 'text');
}
