import { connect, newKey } from '/client/index.js';
import { Meter } from './meter.js';

const STATES = { open: 'Connected', closed: 'Disconnected', connecting: 'Connecting' };
const BARS = ['latency', 'down', 'up'];
const TEXT = 'x'.repeat(64);
const FORGOTTEN_MS = 60_000;
/** When each message of this page was sent, by key. @type {Map<string, number>} */
const sent = new Map();

/** One connection over one transport, with its costs and the card that shows them. */
export class Lane {
  #meter = new Meter();
  #card;
  #way;
  #trouble;
  /** @type {import('/client/index.js').Room | undefined} */
  #room;

  /**
   * @param {{transport: string, name: string, what: string, still: string}} way
   * @param {HTMLElement} card
   * @param {(error: Error) => void} trouble
   */
  constructor(way, card, trouble) {
    this.#way = way;
    this.#card = card;
    this.#trouble = trouble;
    card.dataset.transport = way.transport;
    card.querySelector('h2').textContent = way.name;
    card.querySelector('.what').textContent = way.what;
    card.querySelector('.still').textContent = way.still;
  }

  get transport() {
    return this.#way.transport;
  }

  /** @param {string} token @param {string} room */
  open(token, room) {
    const connection = connect({
      token, transports: [this.transport], fetch: this.#meter.fetch, WebSocket: this.#meter.WebSocket,
    });
    const state = this.#card.querySelector('.state');
    connection.on('state', (change) => {
      state.className = `state ${change.state}`;
      state.textContent = STATES[change.state];
      if (change.state === 'closed') this.#trouble(change.error);
    });
    this.#room = connection.room(room);
    this.#room.on('message', ({ key }) => {
      const at = sent.get(key);
      this.#meter.message(at === undefined ? undefined : performance.now() - at);
    });
    this.#room.join().catch(this.#trouble);
  }

  send() {
    if (!this.#room) return;
    const key = newKey();
    sent.set(key, performance.now());
    setTimeout(() => sent.delete(key), FORGOTTEN_MS);
    this.#room.send(TEXT, { key }).catch(this.#trouble);
  }

  reset() {
    this.#meter.reset();
  }

  /** The costs of the connection; undefined if not yet known. */
  get figures() {
    const { messages, latency, down, up, requests } = this.#meter;
    const each = (/** @type {number} */ sum) => messages === 0 ? undefined : sum / messages;
    return { messages, latency, down: each(down), up: each(up), requests: each(requests) };
  }

  /** @param {Lane[]} lanes all lanes: the highest value gets the longest bar */
  static show(lanes) {
    const all = lanes.map((lane) => lane.figures);
    const most = Object.fromEntries(BARS.map((bar) => [bar, Math.max(1e-9, ...all.map((figures) => figures[bar] ?? 0))]));
    lanes.forEach((lane, i) => lane.#show(all[i], most));
  }

  #show(figures, most) {
    const words = {
      messages: String(figures.messages), latency: milliseconds(figures.latency), down: bytes(figures.down),
      up: bytes(figures.up), requests: figures.requests?.toFixed(2) ?? '–',
    };
    for (const [of, text] of Object.entries(words)) this.#card.querySelector(`[data-of=${of}]`).textContent = text;
    for (const bar of BARS) {
      this.#card.querySelector(`[data-bar=${bar}]`).style.width = `${100 * (figures[bar] ?? 0) / most[bar]}%`;
    }
  }
}

function milliseconds(ms) {
  return ms === undefined ? '–' : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function bytes(count) {
  if (count === undefined) return '–';
  return count < 10_000 ? `≈ ${Math.round(count)} B` : `≈ ${Math.round(count / 1000)} kB`;
}
