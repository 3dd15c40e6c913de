import { calledOf, dayOf, gapOf, initialOf, momentOf, refusalOf, timeOf } from './words.js';

/** Messages of one author within this time are grouped under one name. */
const TOGETHER_MS = 5 * 60_000;
const NEAR_BOTTOM_PX = 80;

/** Makes an element. User text is only set by textContent. */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function avatar(element, user) {
  let hash = 0;
  for (const char of user.id) hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  element.className = `avatar hue-${hash % 8}`;
  element.textContent = initialOf(user);
  return element;
}

/** Shows a timeline in the log. A row is built again only if its content changes. */
export class LogView {
  #log;
  #list;
  #me;
  #linked;
  /** @type {Map<string, {row: HTMLElement, sign: string}>} */
  #rows = new Map();
  #talk;
  #newFrom = Infinity;
  #keepBottom = true;

  /** @param {{log: HTMLElement, list: HTMLElement, me: () => string | undefined, linked: () => boolean,
   *   scrolled: () => void}} parts `linked` tells whether there is a connection */
  constructor({ log, list, me, linked, scrolled }) {
    this.#log = log;
    this.#list = list;
    this.#me = me;
    this.#linked = linked;
    log.addEventListener('scroll', () => scrolled(), { passive: true });
    new ResizeObserver(() => this.#keepBottom && this.toBottom()).observe(log);
  }

  get atBottom() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_BOTTOM_PX;
  }

  get atTop() {
    return this.#log.scrollTop < 300;
  }

  /** Call this when the user has scrolled. */
  scrolled() {
    this.#keepBottom = this.atBottom;
  }

  toBottom() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#keepBottom = true;
  }

  /** Shows another room: scrolled to the newest message, with a line above the first unread one. */
  turnTo(talk) {
    this.#talk = talk;
    this.#newFrom = talk.unread > 0 ? talk.readSeq : Infinity;
    this.#rows.clear();
    this.#quietly(() => {
      this.#list.replaceChildren();
      this.#place(this.#shown());
    });
    this.toBottom();
  }

  /** Puts the line for unread messages after `seq`. */
  newAfter(seq) {
    this.#newFrom = seq ?? Infinity;
  }

  update() {
    if (!this.#talk) return;
    const anchor = this.#keepBottom ? undefined : this.#anchor();
    const shown = this.#shown();
    // older messages were added at the top: screen readers must not read them
    if (shown[0]?.key !== this.#list.firstElementChild?.dataset.key) this.#quietly(() => this.#place(shown));
    else this.#place(shown);
    const row = this.#rows.get(anchor?.key)?.row; // get the row again: it may have been rebuilt
    if (row) this.#log.scrollTop += row.getBoundingClientRect().top - anchor.top;
    else if (this.#keepBottom) this.toBottom();
  }

  /**
   * The row at the top of the view, which an update keeps in place. Lines for days and unread messages are skipped,
   * because they move.
   */
  #anchor() {
    const top = this.#log.getBoundingClientRect().top;
    for (const row of this.#list.children) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top && !row.matches('.day, .new')) return { key: row.dataset.key, top: box.top };
    }
    return undefined;
  }

  #quietly(change) {
    this.#log.setAttribute('aria-busy', 'true');
    this.#log.setAttribute('aria-live', 'off');
    change();
    setTimeout(() => {
      this.#log.removeAttribute('aria-busy');
      this.#log.setAttribute('aria-live', 'polite');
    }, 150);
  }

  /** All rows to show. Each has a sign that changes when its content changes. */
  #shown() {
    const shown = [];
    let previous;
    let today;
    let latest = 0;
    let marked = false;
    for (const entry of [...this.#talk.timeline.entries, ...this.#talk.timeline.unsent]) {
      latest = Math.max(latest, entry.time ?? 0); // an unsent message is the newest, even if it was written yesterday
      const day = entry.time === undefined ? undefined : dayOf(latest);
      if (day !== undefined && day !== today) {
        today = day;
        shown.push({ key: `day ${day}`, sign: day, build: () => make('li', 'day', day) });
        previous = undefined;
      }
      const mine = entry.kind === 'unsent' || entry.from?.id === this.#me();
      if (!marked && entry.kind === 'message' && entry.seq > this.#newFrom && !mine) {
        marked = true;
        shown.push({ key: 'new', sign: '', build: () => make('li', 'new', 'New') });
        previous = undefined;
      }
      const author = mine ? 'me' : entry.from?.id;
      const follows = previous?.author === author && author !== undefined && entry.time - previous.time < TOGETHER_MS;
      const { key, text, edited, deleted, fate, toSeq, filling, gone } = entry;
      const waits = fate === 'waiting' && !this.#linked();
      const sign = JSON.stringify([text, edited, deleted, fate, toSeq, filling, gone, follows, mine, waits]);
      shown.push({ key, sign, build: () => this.#build(entry, mine, follows) });
      previous = day === undefined ? undefined : { author, time: entry.time };
    }
    return shown;
  }

  #place(shown) {
    const keys = new Set(shown.map(({ key }) => key));
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    let next = this.#list.firstElementChild;
    for (const { key, sign, build } of shown) {
      const known = this.#rows.get(key);
      let row = known?.row;
      if (known?.sign !== sign) {
        row = build();
        row.dataset.key = key;
        this.#rows.set(key, { row, sign });
        if (known) {
          if (known.row === next) next = row;
          known.row.replaceWith(row);
        }
      }
      if (row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(row, next);
    }
  }

  #build(entry, mine, follows) {
    if (entry.kind === 'gap') return this.#gap(entry);
    if (entry.kind === 'reset') return make('li', 'mark', 'The server lost its newest messages here');
    const row = make('li', `message${mine ? ' mine' : ''}${follows ? ' follows' : ''}${entry.fate ? ` ${entry.fate}` : ''}`);
    if (!mine) {
      const picture = avatar(make('span'), entry.from);
      picture.setAttribute('aria-hidden', 'true');
      row.append(picture);
    }
    const body = make('div', 'body');
    const byline = make('p', 'byline');
    byline.append(make('bdi', 'author', mine ? 'You' : calledOf(entry.from)), ' ');
    const time = make('time', '', timeOf(entry.time));
    time.dateTime = new Date(entry.time).toISOString();
    time.title = momentOf(entry.time);
    byline.append(time);
    const text = entry.deleted ? make('p', 'text gone', 'Message deleted') : make('p', 'text');
    if (!entry.deleted) text.append(make('bdi', '', entry.text));
    if (entry.edited && !entry.deleted) text.append(' ', make('span', 'edited', 'edited'));
    body.append(byline, text);
    if (entry.kind === 'unsent') body.append(this.#fate(entry));
    row.append(body);
    return row;
  }

  #fate(entry) {
    const fate = make('p', 'fate');
    if (entry.fate === 'waiting') fate.textContent = this.#linked() ? 'Sending…' : 'Waiting for the connection';
    if (entry.fate === 'sent') fate.textContent = 'Sent';
    if (entry.fate !== 'failed') return fate;
    const retry = make('button', 'link', 'Try again');
    const discard = make('button', 'link', 'Discard');
    const talk = this.#talk;
    retry.addEventListener('click', () => talk.retry(entry));
    discard.addEventListener('click', () => talk.discard(entry));
    const choice = make('span', 'choice');
    choice.append(retry, ' ', discard);
    fate.append(`${refusalOf(entry.error)} `, choice);
    return fate;
  }

  #gap(entry) {
    const row = make('li', 'mark', gapOf(entry));
    if (entry.filling || entry.gone) return row;
    const load = make('button', 'link', 'Load');
    const talk = this.#talk;
    load.addEventListener('click', () => talk.fill(entry));
    row.append(' ', load);
    return row;
  }
}
