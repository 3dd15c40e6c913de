import { make } from './log-view.js';

export function countOf(unread) {
  return unread > 99 ? '99+' : String(unread);
}

/** Shows the joined rooms as links. It keeps the elements, because replacing one during a tap would lose the click. */
export class RoomList {
  #list;
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /**
   * @param {import('./talk.js').Talk[]} talks
   * @param {import('./talk.js').Talk | undefined} current
   * @returns {number} the number of unread messages in the other rooms
   */
  show(talks, current) {
    let elsewhere = 0;
    for (const id of [...this.#items.keys()].filter((id) => !talks.some((talk) => talk.id === id))) {
      this.#items.get(id).remove();
      this.#items.delete(id);
    }
    for (const talk of talks) {
      if (talk !== current) elsewhere += talk.unread;
      this.#update(talk, talk === current);
    }
    return elsewhere;
  }

  #update(talk, isCurrent) {
    if (!this.#items.has(talk.id)) this.#add(talk.id);
    const anchor = this.#items.get(talk.id).firstElementChild;
    const badge = anchor.lastElementChild;
    const unread = talk.unread > 0;
    anchor.classList.toggle('unread', unread);
    if (isCurrent) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
    badge.hidden = !unread;
    if (badge.firstChild.data !== countOf(talk.unread)) badge.firstChild.data = countOf(talk.unread);
  }

  #add(id) {
    const item = make('li');
    const anchor = make('a');
    anchor.href = `#${id}`;
    const hash = make('span', 'hash', '#');
    hash.setAttribute('aria-hidden', 'true');
    const badge = make('span', 'badge', '0');
    badge.append(make('span', 'unseen', ' unread'));
    anchor.append(hash, make('span', 'label', id), badge);
    item.append(anchor);
    this.#items.set(id, item);
    this.#list.append(item);
  }
}
