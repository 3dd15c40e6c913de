import { check } from './check.js';

/**
 * Typed events. A listener that throws is reported and costs the others nothing. Each call of `on` is a listener of its
 * own, even with a function that listens already.
 * @template {Record<string, any>} Events
 */
export class Emitter {
  /** @type {Map<keyof Events, Set<{listener: (event: any) => void, told: boolean}>>} */
  #listeners = new Map();

  /**
   * @template {keyof Events} K
   * @param {K} type
   * @param {(event: Events[K]) => void} listener
   * @param {() => Events[K]} [present] what the listener is told soon, unless it is told something newer before
   * @returns {() => void} takes the listener off again
   */
  on(type, listener, present) {
    check('event', type, 'text');
    check('listener', listener, 'function');
    const listeners = this.#listeners.get(type) ?? new Set();
    const entry = { listener, told: false };
    this.#listeners.set(type, listeners.add(entry));
    if (present) Promise.resolve().then(() => listeners.has(entry) && !entry.told && this.#tell(type, entry, present()));
    return () => void listeners.delete(entry);
  }

  /**
   * @protected
   * @template {keyof Events} K
   * @param {K} type
   * @param {Events[K]} event
   */
  emit(type, event) {
    for (const entry of [...(this.#listeners.get(type) ?? [])]) this.#tell(type, entry, event);
  }

  /**
   * @param {keyof Events} type
   * @param {{listener: (event: any) => void, told: boolean}} entry
   * @param {any} event
   */
  #tell(type, entry, event) {
    entry.told = true;
    try {
      entry.listener(event);
    } catch (error) {
      console.error(`bincang: a listener of '${String(type)}' failed`, error);
    }
  }
}
