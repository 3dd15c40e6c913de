import { Backoff } from './backoff.js';
import { fits, within } from './check.js';
import { BincangError, lost } from './errors.js';

/** @import { Entry, Host, Job, Wish } from './internal.js' */

const PREFIX = 'bincang.';
/** The most that the store keeps. Messages beyond are kept in memory only. */
const MOST_MESSAGES = 100;
const MOST_CHARACTERS = 64 * 1024;
/** The attempts of a command that fails with `internal`. It may be a bug, and must not block the lane for ever. */
const INTERNAL_ATTEMPTS = 5;
/** How long the server remembers a key. After that, the same command might take effect twice. */
const KEY_LIFE_MS = 12 * 3_600_000;

/**
 * Sends commands one after another, over any link. It sends a command only when the previous one is answered: with two
 * in flight, a rate limit on the first would let the second overtake it.
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

  /** @param {Host} host @param {boolean} [keyed] whether the commands belong to one user and have keys that expire */
  constructor(host, keyed = false) {
    this.#host = host;
    this.#keyed = keyed;
    this.#backoff = new Backoff(host.random);
  }

  /** @param {Job['command']} command called for each attempt @param {Wish} [wish] @returns {Promise<any>} the answer */
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
    // an abandoned command that is in flight is not sent again, and a waiting one is never sent
    return within(this.#host.clock, wish, answer, () => { this.#jobs = this.#jobs.filter((each) => each !== job); });
  }

  /** Sends a command now or never: a signal that waits for the next link is out of date. @param {any} command @returns {Promise<void>} */
  now(command) {
    return new Promise((resolve, reject) => {
      const { link } = this.#host;
      if (!link) return reject(lost('there is no link now'));
      link.request(command, { done: () => resolve(), failed: reject });
    });
  }

  /** Sends the first command, if there is a link and no wait for a retry. */
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

  /** Rejects all commands. @param {BincangError} error */
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

  /** Removes a finished command. Returns false if its caller has abandoned it. @param {Job} job */
  #finish(job) {
    this.#busy = false;
    this.#backoff.reset();
    return this.#jobs[0] === job && this.#jobs.shift() !== undefined;
  }
}

/** The data that survives a reload, if there is a store. The store may be full or disabled. */
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
      // the client works without a store
    }
  }
}

/** The messages that are not yet acknowledged, in the order of sending. */
export class Outbox {
  /** @type {Set<Entry>} */
  #entries = new Set();
  #memory;

  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory;
    const left = memory.get('outbox');
    for (const entry of Array.isArray(left) ? left : []) {
      if (['room', 'key'].every((name) => fits(entry?.[name], name)) && typeof entry.text === 'string') this.#entries.add(entry);
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

  /** Assigns the messages that were written before the user was known to this user. @param {string} user */
  claim(user) {
    for (const entry of this.#entries) entry.user ??= user;
    this.#save();
  }

  #save() {
    let size = 0;
    const kept = this.entries.slice(0, MOST_MESSAGES).filter((entry) => (size += JSON.stringify(entry).length) <= MOST_CHARACTERS);
    this.#memory.set('outbox', kept.length > 0 ? kept : undefined);
  }
}
