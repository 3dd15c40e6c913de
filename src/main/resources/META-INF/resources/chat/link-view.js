import { nameOf } from './ways.js';
import { stateOf, whyNot } from './words.js';

/** A short break is told by the state alone; the banner is for those that last. */
const BANNER_AFTER_MS = 1500;

/** Says what the link to the server is really like: the state and what carries it always, a banner while there is none. */
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
   *   text: HTMLElement, wait: HTMLElement, again: HTMLElement}} parts `states` have its colour, `words` say it, `way` says
   *   what carries, `said` both for who listens
   */
  constructor(parts) {
    this.#parts = parts;
    for (const type of ['online', 'offline']) addEventListener(type, () => this.#show());
  }

  /**
   * @param {string | undefined} carries the transport in use
   * @param {string | undefined} way the one that was chosen
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

/** A live region speaks whenever it is written to, so it is written to only when there is something else to say. */
function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
