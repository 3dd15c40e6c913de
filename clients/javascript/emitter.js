import { check } from './check.js';

/**
 * Typed events. When a listener throws, the error is logged and the other listeners still run. Each call of `on` adds a
 * listener, even for a function that was added before.
 * @template {Record<string, any>} Events
 */
export class Emitter {
  /** @type {Map<keyof Events, Set<{listener: (event: any) => void, told: boolean}>>} */
  #listeners = new Map();

  /**
   * @template {keyof Events} K
   * @param {K} type
   * @param {(event: Events[K]) => void} listener
   * @param {() => Events[K]} [present] the event that the listener gets in a microtask, unless it gets a newer one first
   * @returns {() => void} removes the listener
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
