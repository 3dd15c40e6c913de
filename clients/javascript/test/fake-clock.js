/** A clock that moves only on request. */
export class FakeClock {
  #now;
  #timers = new Map();
  #next = 1;
  /** All requested waits, in order. */
  waits = [];

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now = () => this.#now;

  setTimeout = (run, ms) => {
    if (ms <= 0) return setImmediate(run); // no wait at all
    this.waits.push(ms);
    this.#timers.set(this.#next, { run, at: this.#now + ms });
    return this.#next++;
  };

  clearTimeout = (timer) => this.#timers.delete(timer);

  /** Moves the clock by `ms` and runs all timers on the way. */
  async pass(ms) {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due[1].at);
      this.#timers.delete(due[0]);
      due[1].run();
      await settle();
    }
    this.#now = until;
  }

  /** The computer sleeps: time passes, and timers are late. */
  sleep(ms) {
    this.#now += ms;
  }
}

/** Waits until everything on its way has arrived. */
export async function settle() {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
