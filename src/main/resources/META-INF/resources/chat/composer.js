import { cleanText, lengthOf, slowOf } from './words.js';

/** The count is shown when at most this many characters are left. */
const SHOW_COUNT = 200;

/** The form to write messages. Enter sends; Shift+Enter starts a new line. */
export class Composer {
  #form;
  #text;
  #length;
  #slow;
  #button;
  #nextAt = 0;
  #timer = 0;
  #limit = 4000;
  #why = '';
  #send;

  /**
   * @param {{form: HTMLFormElement, text: HTMLTextAreaElement, length: HTMLElement, slow: HTMLElement,
   *   button: HTMLButtonElement, send: (text: string) => void}} parts `slow` shows the time until the next message
   */
  constructor({ form, text, length, slow, button, send }) {
    this.#slow = slow;
    this.#button = button;
    this.#form = form;
    this.#text = text;
    this.#length = length;
    this.#send = send;
    text.addEventListener('input', () => this.#typed());
    text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  set limit(limit) {
    this.#limit = limit;
    this.#typed();
  }

  set room(id) {
    this.#text.placeholder = `Message #${id}`;
  }

  /** Sets the reason why the user cannot write; empty if they can. */
  set off(why) {
    this.#why = why;
    this.#form.classList.toggle('off', why !== '');
    this.#text.disabled = why !== '';
    this.#typed();
  }

  /** Sets when slow mode allows the next message. Until then the text stays in the form. @param {number} at */
  set nextAt(at) {
    this.#nextAt = at;
    clearInterval(this.#timer);
    if (this.#wait > 0) this.#timer = setInterval(() => this.#count(), 250);
    this.#count();
  }

  get #wait() {
    return this.#nextAt - Date.now();
  }

  #count() {
    const wait = this.#wait;
    const words = wait > 0 && !this.#why ? slowOf(wait) : '';
    if (wait <= 0) clearInterval(this.#timer);
    if (this.#slow.textContent !== words) this.#slow.textContent = words;
    this.#button.disabled = wait > 0;
  }

  get draft() {
    return this.#text.value;
  }

  set draft(draft) {
    this.#text.value = draft;
    this.#typed();
  }

  focus() {
    this.#text.focus();
  }

  #submit() {
    const text = cleanText(this.#text.value);
    this.#text.focus();
    if (text === '' || lengthOf(text) > this.#limit || this.#wait > 0) return;
    this.draft = '';
    this.#send(text);
  }

  #typed() {
    const left = this.#limit - lengthOf(cleanText(this.#text.value));
    const words = this.#why || (left < 0 ? `${-left} too many` : left < SHOW_COUNT ? `${left} left` : '');
    if (this.#length.textContent !== words) this.#length.textContent = words; // screen readers read it at each write
    this.#length.classList.toggle('over', left < 0);
    this.#text.style.height = 'auto'; // grows with its text, up to the limit of the style sheet
    if (this.#text.value) this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}
