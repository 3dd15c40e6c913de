import { Backoff } from './backoff.js';
import { BincangError } from './errors.js';

/** An `internal` may be a hiccup or a bug; for ever in front of the lane, it would hold up all that follows. */
const INTERNAL_ATTEMPTS = 5;

/**
 * Commands one after the other over whatever link there is: the next one goes out when this one is answered.
 * That is the price of order: with two under way, a rate limit on the first would let the second overtake it.
 *
 *   waiting ──link open──▶ under way ──ok──▶ resolved
 *      ▲                      ├──error, not to be retried──▶ rejected
 *      └──lost · retryAfterMs─┘   the same command goes out again, first in its lane
 *
 * @typedef {import('./protocol.js').Command} Command
 * @typedef {{command: () => Command, tried: boolean, internal: number, answered?: (reply: any) => void, resolve: (reply: any) => void, reject: (error: BincangError) => void}} Job
 */
export class Lane {
  /** @type {Job[]} */
  #jobs = [];
  #busy = false;
  /** @type {any} */
  #timer;
  #backoff;
  #link;

  /** @param {{socket: import('./socket.js').Socket | null, clock: import('./socket.js').Clock, random: () => number}} link */
  constructor(link) {
    this.#link = link;
    this.#backoff = new Backoff(link.random);
  }

  /**
   * @param {() => Command} command made anew for each attempt
   * @param {(reply: any) => void} [answered] called before any later frame is looked at, unlike the promise
   * @returns {Promise<any>} the answer
   */
  push(command, answered) {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ command, tried: false, internal: 0, answered, resolve, reject });
      this.wake();
    });
  }

  /** To be called when the link has opened; a wait that the server asked for goes on. */
  wake() {
    const socket = this.#link.socket;
    const job = this.#jobs[0];
    if (!socket || !job || this.#busy || this.#timer !== undefined) return;
    this.#busy = true;
    job.tried = true;
    socket.request(job.command(), {
      done: (reply) => {
        if (this.#finish(job)) job.answered?.(reply);
        job.resolve(reply);
        this.wake();
      },
      failed: (error) => this.#failed(job, error),
    });
  }

  /**
   * Rejects the jobs, or only those that went out at least once.
   * @param {BincangError} error
   * @param {{tried?: boolean}} [which]
   */
  fail(error, { tried = false } = {}) {
    const failing = this.#jobs.filter((job) => job.tried || !tried);
    this.#jobs = this.#jobs.filter((job) => !failing.includes(job));
    if (failing.length > 0) this.#calm();
    for (const job of failing) job.reject(error);
  }

  /**
   * @param {Job} job
   * @param {BincangError} error
   */
  #failed(job, error) {
    this.#busy = false;
    if (error.code === 'lost') return;
    if (this.#jobs[0] !== job) return this.wake();
    if (error.code === 'internal') job.internal++;
    if (error.retry && job.internal < INTERNAL_ATTEMPTS) {
      const wait = error.retryAfterMs ?? this.#backoff.next();
      this.#timer = this.#link.clock.setTimeout(() => {
        this.#timer = undefined;
        this.wake();
      }, wait);
      return;
    }
    this.#finish(job);
    job.reject(error);
    this.wake();
  }

  /**
   * @param {Job} job
   * @returns {boolean} whether it was still wanted
   */
  #finish(job) {
    this.#busy = false;
    this.#backoff.reset();
    const wanted = this.#jobs[0] === job;
    if (wanted) this.#jobs.shift();
    return wanted;
  }

  #calm() {
    this.#link.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#backoff.reset();
  }
}
