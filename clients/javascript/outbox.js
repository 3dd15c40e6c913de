import { Backoff } from './backoff.js';
import { fits, within } from './check.js';
import { BincangError } from './errors.js';

/** @import { Entry, Host, Job, Wish } from './internal.js' */

const PREFIX = 'bincang.';
/** What is beyond lives in memory only. */
const MOST_MESSAGES = 100;
const MOST_CHARACTERS = 64 * 1024;
/** An `internal` may be a bug; for ever in front of the lane, it would hold up all that follows. */
const INTERNAL_ATTEMPTS = 5;
/** The server remembers a key for so long; later, the same command might have another effect. */
const KEY_LIFE_MS = 12 * 3_600_000;

/**
 * Commands one after the other over whatever link there is, each when the one before was answered: with two under
 * way, a rate limit on the first would let the second overtake it.
 */
export class Lane {
  /** @type {Job[]} */
  #jobs = [];
  #busy = false;
  /** @type {any} */
  #timer;
  #backoff;
  #host;
  #keyed;

  /** @param {Host} host @param {boolean} [keyed] of one user, with keys that the server forgets */
  constructor(host, keyed = false) {
    this.#host = host;
    this.#keyed = keyed;
    this.#backoff = new Backoff(host.random);
  }

  /** @param {Job['command']} command made anew for each attempt @param {Wish} [wish] @returns {Promise<any>} the answer */
  push(command, wish = {}) {
    /** @type {Job} */
    let job;
    const answer = new Promise((resolve, reject) => {
      job = { ...wish, command, internal: 0, resolve, reject };
      if (this.#host.state === 'closed') return reject(new BincangError('closed', 'the connection is closed'));
      const before = this.#jobs.findIndex((each, i) => wish.first && !each.first && !(this.#busy && i === 0));
      this.#jobs.splice(before < 0 ? this.#jobs.length : before, 0, job);
      this.wake();
    });
    // what is under way is not sent again, and what waits is not sent at all
    return within(this.#host.clock, wish, answer, () => { this.#jobs = this.#jobs.filter((each) => each !== job); });
  }

  /** The link has opened; a wait that the server asked for goes on. */
  wake() {
    const { link, user, clock } = this.#host;
    const job = this.#jobs[0];
    if (!job || this.#busy || this.#timer !== undefined) return;
    if (this.#keyed && clock.now() - (job.since ?? Infinity) > KEY_LIFE_MS) {
      return this.#refuse(job, new BincangError('unknown', 'nobody knows any more whether this was sent'));
    }
    if (!link) return;
    job.user ??= user?.id;
    if (this.#keyed && job.user !== user?.id) return this.#refuse(job, new BincangError('unauthorized', 'the user changed'));
    this.#busy = true;
    job.since ??= clock.now();
    link.request(job.command(), {
      done: ({ type, req, room, ...reply }) => {
        if (this.#finish(job)) job.answered?.(reply);
        job.resolve(reply);
        this.wake();
      },
      failed: (error) => this.#failed(job, error),
    });
  }

  /** Rejects all. @param {BincangError} error */
  fail(error) {
    this.#host.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#backoff.reset();
    for (const job of this.#jobs.splice(0)) job.reject(error);
  }

  /** @param {Job} job @param {BincangError} error */
  #failed(job, error) {
    this.#busy = false;
    if (error.code === 'lost') return;
    if (this.#jobs[0] !== job) return this.wake();
    if (error.code === 'internal') job.internal++;
    if (error.retry && job.internal < INTERNAL_ATTEMPTS) {
      this.#timer = this.#host.clock.setTimeout(() => {
        this.#timer = undefined;
        this.wake();
      }, error.retryAfterMs ?? this.#backoff.next());
    } else {
      this.#refuse(job, error);
    }
  }

  /** @param {Job} job @param {BincangError} error */
  #refuse(job, error) {
    this.#finish(job);
    job.reject(error);
    this.wake();
  }

  /** Whether it was still wanted. @param {Job} job */
  #finish(job) {
    this.#busy = false;
    this.#backoff.reset();
    return this.#jobs[0] === job && this.#jobs.shift() !== undefined;
  }
}

/** What outlives a page, if there is a store: it may be full or switched off. */
export class Memory {
  #store;

  /** @param {import('./index.js').Store} [store] */
  constructor(store) {
    this.#store = store;
  }

  /** @param {string} name */
  get(name) {
    try {
      return JSON.parse(this.#store?.getItem(PREFIX + name) ?? 'null');
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {unknown} value */
  set(name, value) {
    try {
      if (value === undefined) this.#store?.removeItem(PREFIX + name);
      else this.#store?.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // goes on without
    }
  }
}

/** Messages that were not acknowledged yet, in the order of sending. */
export class Outbox {
  /** @type {Set<Entry>} */
  #entries = new Set();
  #memory;

  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory;
    const left = memory.get('outbox');
    for (const entry of Array.isArray(left) ? left : []) {
      if (['room', 'key', 'text'].every((name) => fits(entry?.[name], name))) this.#entries.add(entry);
    }
  }

  get entries() {
    return [...this.#entries];
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#entries.add(entry);
    this.#save();
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#entries.delete(entry);
    this.#save();
  }

  /** Those written before anybody knew by whom are this user's. @param {string} user */
  claim(user) {
    for (const entry of this.#entries) entry.user ??= user;
    this.#save();
  }

  #save() {
    let size = 0;
    const kept = this.entries.slice(0, MOST_MESSAGES).filter(({ text }) => (size += text.length) <= MOST_CHARACTERS);
    this.#memory.set('outbox', kept.length > 0 ? kept : undefined);
  }
}
