/** @import { ConnectionOptions, Dial } from './internal.js' */

/** The time limits for a welcome. A proxy that buffers a stream delivers none. */
const SOCKET_OPEN_MS = 2_000;
const OPEN_MS = 1_500;
const LAST_OPEN_MS = 15_000;
/** The time limit while another link works. */
const ASIDE_OPEN_MS = 10_000;
const FIRST_CLIMB_MS = 60_000;
const LAST_CLIMB_MS = 600_000;
/**
 * A transport that breaks within SOON_MS, STRIKES times in a row, does not work: some proxies let it open and then cut
 * it.
 */
const SOON_MS = 45_000;
const STRIKES = 3;
/** A link is replaced this long before its end. */
const MARGIN_MS = 1_000;

/**
 * Chooses the transport and the server to dial. It starts with the transport that worked last, and takes the next one
 * in the list if that does not open. While a link works, it also dials a second one: to leave a pod that stops, or to
 * try a better transport.
 */
export class Ladder {
  /** Whether the replacement of a draining link is being dialled. */
  moving = false;
  #rungs;
  #servers;
  #memory;
  #clock;
  #dial;
  #at;
  #best;
  #server;
  #tried = 0;
  /** Whether the transport has worked on this network. If so, one failure does not change the transport. */
  #proven = false;
  #strikes = 0;
  #climbMs = FIRST_CLIMB_MS;
  #climbAt = 0;
  /** @type {any} */
  #moveTimer;
  /** @type {any} */
  #climbTimer;

  /** @param {ConnectionOptions} options @param {import('./outbox.js').Memory} memory @param {Dial} dial */
  constructor({ transports, urls, clock, random }, memory, dial) {
    this.#rungs = transports;
    this.#servers = urls.length;
    this.#memory = memory;
    this.#clock = clock;
    this.#dial = dial;
    this.#at = this.#best = Math.max(0, transports.indexOf(memory.get('transport')));
    this.#server = Math.floor(random() * urls.length);
  }

  get transport() {
    return this.#rungs[this.#at];
  }

  get server() {
    return this.#server % this.#servers;
  }

  get deadlineMs() {
    return this.#last ? LAST_OPEN_MS : this.transport === 'websocket' ? SOCKET_OPEN_MS : OPEN_MS;
  }

  /** @param {import('./index.js').Transport} transport */
  opened(transport) {
    if (transport !== this.transport) this.#strikes = 0;
    this.#at = this.#best = this.#rungs.indexOf(transport);
    this.#proven = true;
    this.#tried = 0;
    this.#memory.set('transport', transport);
    this.#climbLater();
  }

  /**
   * Called when a dial failed. Returns whether to dial again at once.
   * @param {boolean} slow whether it timed out; then the server is not at fault
   */
  failed(slow) {
    if (!slow && ++this.#tried < this.#servers) return true;
    this.#tried = 0;
    if (this.#proven) return this.#proven = false;
    const more = !this.#last;
    this.#at = more ? this.#at + 1 : 0;
    return more;
  }

  /**
   * Called when a link broke. Returns whether to dial again at once.
   * @param {number} heldMs how long the link lasted
   */
  broke(heldMs) {
    this.#strikes = heldMs < SOON_MS ? this.#strikes + 1 : 0;
    if (this.#strikes < STRIKES || this.#last) return false;
    this.#strikes = 0;
    this.#proven = false;
    this.#at++;
    return true;
  }

  /** Makes the next dial go to another server, if there is one. */
  elsewhere() {
    this.#server++;
  }

  /**
   * Goes back to the best transport. Called when the server answered, so the transports did not fail because of the
   * network.
   */
  restart() {
    this.#at = this.#best;
  }

  /** Called on another network: forgets what worked before. @param {boolean} open whether a link is open */
  moved(open) {
    this.#proven = false;
    this.#climbMs = FIRST_CLIMB_MS;
    this.#climbAt = 0;
    if (open) this.#climb();
  }

  /**
   * Dials a replacement before the link ends.
   * @param {number} inMs when the link ends
   * @param {(error: any) => void} lost called when the dial fails
   */
  drain(inMs, lost) {
    this.#clock.clearTimeout(this.#moveTimer);
    this.#moveTimer = this.#clock.setTimeout(() => {
      this.moving = true;
      this.elsewhere();
      this.#dial(this.transport, ASIDE_OPEN_MS, (error) => {
        this.moving = false;
        this.drain(MARGIN_MS, lost);
        lost(error);
      });
    }, Math.max(0.75 * inMs, inMs - MARGIN_MS));
  }

  /** Stops the timers. */
  calm() {
    this.moving = false;
    this.#clock.clearTimeout(this.#moveTimer);
    this.#clock.clearTimeout(this.#climbTimer);
  }

  /** Sets the timer to try a better transport. A link that is replaced in the meantime keeps the planned time. */
  #climbLater() {
    const now = this.#clock.now();
    if (this.#at === 0) return;
    if (this.#climbAt <= now) {
      this.#climbAt = now + this.#climbMs;
      this.#climbMs = Math.min(LAST_CLIMB_MS, 2 * this.#climbMs);
    }
    this.#climbTimer = this.#clock.setTimeout(() => this.#climb(), this.#climbAt - now);
  }

  /** Tries the better transports, the best one first. */
  #climb(better = this.#rungs.slice(0, this.#at)) {
    if (this.moving) return;
    this.#clock.clearTimeout(this.#climbTimer);
    const [transport, ...others] = better;
    if (transport) this.#dial(transport, ASIDE_OPEN_MS, () => this.#climb(others));
    else this.#climbLater();
  }

  get #last() {
    return this.#at === this.#rungs.length - 1;
  }
}
