/** @import { ConnectionOptions, Dial } from './internal.js' */

/** A welcome comes within this; a proxy that gathers a stream delivers nothing. */
const SOCKET_OPEN_MS = 2_000;
const OPEN_MS = 1_500;
const LAST_OPEN_MS = 15_000;
/** Beside a link that works there is no hurry. */
const ASIDE_OPEN_MS = 10_000;
const FIRST_CLIMB_MS = 60_000;
const LAST_CLIMB_MS = 600_000;
/** A transport that breaks so soon, so often in a row, is none: some proxies let it open and cut it then. */
const SOON_MS = 45_000;
const STRIKES = 3;
/** Before its end a link is replaced. */
const MARGIN_MS = 1_000;

/**
 * Which transport to dial, at which server: first the one that worked, the next one down where it does not open.
 * And what to dial beside a link that carries: away from a pod that ends, or up again.
 */
export class Ladder {
  /** An attempt to get away is under way. */
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
  /** It has worked on this network: that it does not once is no reason to leave it. */
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

  /** Whether there is something else to dial at once. @param {boolean} slow it was silence: not the server's fault, then */
  failed(slow) {
    if (!slow && ++this.#tried < this.#servers) return true;
    this.#tried = 0;
    if (this.#proven) return this.#proven = false;
    const more = !this.#last;
    this.#at = more ? this.#at + 1 : 0;
    return more;
  }

  /** As `failed`. @param {number} heldMs */
  broke(heldMs) {
    this.#strikes = heldMs < SOON_MS ? this.#strikes + 1 : 0;
    if (this.#strikes < STRIKES || this.#last) return false;
    this.#strikes = 0;
    this.#proven = false;
    this.#at++;
    return true;
  }

  /** The next dial goes to another server, if there is one. */
  elsewhere() {
    this.#server++;
  }

  /** The server spoke: what was tried after the best one did not fail for want of a way. */
  restart() {
    this.#at = this.#best;
  }

  /** Another network: nothing is known of it. @param {boolean} open */
  moved(open) {
    this.#proven = false;
    this.#climbMs = FIRST_CLIMB_MS;
    this.#climbAt = 0;
    if (open) this.#climb();
  }

  /** @param {number} inMs when the link ends @param {(error: any) => void} lost where it is gone by then */
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

  /** Dials nothing any more by itself. */
  calm() {
    this.moving = false;
    this.#clock.clearTimeout(this.#moveTimer);
    this.#clock.clearTimeout(this.#climbTimer);
  }

  /** A link that is renewed meanwhile changes nothing of it. */
  #climbLater() {
    const now = this.#clock.now();
    if (this.#at === 0) return;
    if (this.#climbAt <= now) {
      this.#climbAt = now + this.#climbMs;
      this.#climbMs = Math.min(LAST_CLIMB_MS, 2 * this.#climbMs);
    }
    this.#climbTimer = this.#clock.setTimeout(() => this.#climb(), this.#climbAt - now);
  }

  /** Looks whether a better transport works by now. */
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
