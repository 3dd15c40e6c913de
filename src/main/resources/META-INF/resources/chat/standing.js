import { tab } from './memory.js';

/** A longer time means: for good. */
const FOR_GOOD_MS = 10 * 365 * 86_400_000;
const SLOWED = ['visitor', 'member'];

/**
 * The user's rights in a room. They come from the room's settings, which are read again when they change, and from
 * events and refusals about the user. Times are by this computer's clock.
 */
export class Standing {
  /** Until when the user is banned or muted; 0: not at all; Infinity: for good. */
  bannedUntil = 0;
  mutedUntil = 0;
  /** When slow mode allows the next message. */
  nextAt = 0;
  /** @type {{role?: string, frozen?: boolean, readOnly?: boolean, slowModeSeconds?: number}} */
  #room = {};
  #id;
  #changed;
  /** When the user last wrote, if known. */
  #wroteAt = 0;

  /** @param {string} id of the room @param {() => void} changed */
  constructor(id, changed) {
    this.#id = id;
    this.#changed = changed;
  }

  /** Reads the settings from the server. Unknown rights count as granted, because the server decides anyway. */
  async read() {
    const answer = await fetch(`/api/rooms/${encodeURIComponent(this.#id)}`, { headers: { Authorization: `Bearer ${tab.get('token')}` } })
      .catch(() => undefined);
    if (!answer?.ok) return;
    this.#room = await answer.json();
    this.#slow();
    this.#changed();
  }

  /** @param {any} event of the room, in its order @param {string | undefined} me */
  heard({ type, change, user, until, from, time }, me) {
    if (type === 'room') this.read();
    if (type === 'message' && from.id === me) this.wrote(time);
    if (type !== 'member' || user !== me) return;
    const end = until === undefined || until > Date.now() + FOR_GOOD_MS ? Infinity : until;
    if (change === 'banned') this.bannedUntil = end;
    else if (change === 'unbanned') this.bannedUntil = 0;
    else if (change === 'muted') this.mutedUntil = end;
    else if (change === 'unmuted') this.mutedUntil = 0;
    else this.read();
  }

  /** Call this when a message of the user was refused. @param {import('/client/index.js').BincangError} error */
  refused({ code, retryAfterMs }) {
    this.#wroteAt = 0;
    this.#slow();
    if (code !== 'forbidden') return;
    if (retryAfterMs !== undefined) this.mutedUntil = retryAfterMs > FOR_GOOD_MS ? Infinity : Date.now() + retryAfterMs;
    this.read();
  }

  /**
   * Call this when the user wrote.
   * @param {number} time by the clock of the server or of this computer; they may differ
   */
  wrote(time) {
    this.#wroteAt = Math.max(this.#wroteAt, Math.min(time, Date.now()));
    this.#slow();
  }

  get banned() {
    return this.bannedUntil > Date.now();
  }

  get muted() {
    return this.mutedUntil > Date.now();
  }

  get frozen() {
    return this.#room.frozen === true && !['owner', 'admin'].includes(this.#room.role ?? '');
  }

  get readOnly() {
    return this.#room.readOnly === true && this.#isSlowed;
  }

  /** When the first ban or mute ends by itself; Infinity: none does. */
  get until() {
    return Math.min(...[this.mutedUntil, this.bannedUntil].filter((until) => until > Date.now()), Infinity);
  }

  #slow() {
    const seconds = this.#isSlowed ? this.#room.slowModeSeconds ?? 0 : 0;
    this.nextAt = seconds > 0 ? this.#wroteAt + seconds * 1000 : 0;
  }

  get #isSlowed() {
    return SLOWED.includes(this.#room.role ?? '');
  }
}
