import { nameOf } from './ways.js';
import { stateOf, whyNot } from './words.js';

/** The banner shows only breaks that last longer than this. The state shows every break. */
const BANNER_AFTER_MS = 1500;

/** Shows the link to the server: always its state and transport, and a banner while there is no link. */
export class LinkView {
  #parts;
  #carries;
  #way;
  #change = { state: 'connecting' };
  #retryAt = 0;
  #downSince = 0;
  #timer = 0;

  /**
   * @param {{states: HTMLElement[], words: HTMLElement[], way: HTMLElement, said: HTMLElement, banner: HTMLElement,
   *   text: HTMLElement, wait: HTMLElement, again: HTMLElement}} parts `states` get the colour of the state, `words` its name,
   *   `way` the transport, `said` both for screen readers
   */
  constructor(parts) {
    this.#parts = parts;
    for (const type of ['online', 'offline']) addEventListener(type, () => this.#show());
  }

  /**
   * @param {string | undefined} carries the transport in use
   * @param {string | undefined} way the transport that the user chose
   */
  carry(carries, way) {
    this.#carries = carries;
    this.#way = way;
    this.#show();
  }

  /** @param {import('/client/index.js').StateChange} change */
  update(change) {
    this.#change = change;
    this.#retryAt = change.waitMs ? Date.now() + change.waitMs : 0;
    if (change.state === 'open') this.#downSince = 0;
    else this.#downSince ||= Date.now();
    clearInterval(this.#timer);
    if (change.state === 'connecting') this.#timer = setInterval(() => this.#show(), 500);
    this.#show();
  }

  #show() {
    const { states, words, way, said, banner, text, wait, again } = this.#parts;
    const { state, error } = this.#change;
    const name = stateOf(this.#change);
    const carrier = state === 'open' ? nameOf(this.#carries) ?? '' : '';
    for (const element of states) element.className = `state ${state}`;
    for (const element of words) say(element, name);
    say(way, carrier);
    say(said, carrier ? `${name} · ${carrier}` : name);
    banner.hidden = state === 'open' || (state === 'connecting' && Date.now() - this.#downSince < BANNER_AFTER_MS);
    banner.className = `banner ${state}`;
    if (banner.hidden) return say(text, '');
    say(text, whyNot({ state, error }, this.#way));
    const seconds = Math.ceil((this.#retryAt - Date.now()) / 1000);
    say(wait, state === 'closed' ? '' : seconds > 0 ? `Next try in ${seconds} s` : 'Trying…');
    again.hidden = state !== 'closed';
  }
}

/** Sets the text only if it changes, because screen readers read a live region at each write. */
function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
