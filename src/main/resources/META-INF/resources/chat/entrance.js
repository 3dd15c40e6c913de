import { cleanText, ROOM_ID, roomIdOf } from './words.js';

/** The form in which a user without a name chooses a name and a room. */
export class Entrance {
  #parts;

  /**
   * @param {{view: HTMLElement, form: HTMLFormElement, name: HTMLInputElement, room: HTMLInputElement,
   *   refusal: HTMLElement, enter: (name: string, room: string) => void}} parts
   */
  constructor(parts) {
    this.#parts = parts;
    const { form, name, room, enter } = parts;
    room.addEventListener('input', () => room.setCustomValidity(''));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const id = roomIdOf(room.value);
      room.setCustomValidity(ROOM_ID.test(id) ? '' : 'A room name has only lower-case letters, digits, dots and dashes.');
      if (form.reportValidity() && cleanText(name.value) !== '') enter(cleanText(name.value), id);
    });
  }

  /** @param {{name: string, room: string, refusal?: string}} suggested `refusal`: why the last attempt failed */
  show({ name, room, refusal = '' }) {
    const parts = this.#parts;
    parts.view.hidden = false;
    parts.name.value = name;
    parts.room.value = room;
    parts.refusal.textContent = refusal;
    parts.refusal.hidden = refusal === '';
    parts.name.focus();
  }

  hide() {
    this.#parts.view.hidden = true;
  }
}
