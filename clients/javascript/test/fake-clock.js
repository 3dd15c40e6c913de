/** A clock that moves only when told to. */
export class FakeClock {
  #now;
  #timers = new Map();
  #next = 1;
  /** Every wait asked for, in order. */
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

  /** Lets `ms` pass, with everything that follows from each timer on the way. */
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

  /** The computer sleeps: time goes by, and timers are late. */
  sleep(ms) {
    this.#now += ms;
  }
}

/** Lets everything that is already on its way arrive. */
export async function settle() {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
