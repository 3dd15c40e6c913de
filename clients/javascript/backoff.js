/**
 * The waiting times between attempts. They have full jitter, so that clients that lose their links together do not
 * reconnect together.
 */

export const SHORTEST_MS = 500;
export const LONGEST_MS = 30_000;
/** `later` starts as if this many attempts had failed: between 4 and 8 s. */
const LATER_ATTEMPT = 3;

export class Backoff {
  #attempt = 0;
  #random;

  /** @param {() => number} random uniform in [0, 1) */
  constructor(random) {
    this.#random = random;
  }

  /**
   * Returns the next wait in milliseconds: uniform between 0.5 s and a ceiling that doubles from 1 s to 30 s.
   * `now` is below 0.5 s the first time, and like `retry` after that.
   * `later` is at least half of the ceiling, which is then 8 s or more.
   * @param {'retry' | 'now' | 'later'} [kind]
   */
  next(kind = 'retry') {
    if (kind === 'later') this.#attempt = Math.max(this.#attempt, LATER_ATTEMPT);
    const attempt = this.#attempt++;
    if (kind === 'now' && attempt === 0) return this.#random() * SHORTEST_MS;
    const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (attempt + 1));
    const floor = kind === 'later' ? ceiling / 2 : SHORTEST_MS;
    return floor + this.#random() * (ceiling - floor);
  }

  reset() {
    this.#attempt = 0;
  }
}
