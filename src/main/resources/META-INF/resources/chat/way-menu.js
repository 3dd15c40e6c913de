import { make } from './log-view.js';
import { WAYS } from './ways.js';

const AUTOMATIC = { transport: undefined, name: 'Automatic', what: 'The best one that your network lets through' };

/** The menu to choose the transport. The browser's popover opens and closes it and restores the focus. */
export class WayMenu {
  #items;

  /** @param {{menu: HTMLElement, list: HTMLElement, choose: (transport: string | undefined) => void}} parts */
  constructor({ menu, list, choose }) {
    this.#items = [AUTOMATIC, ...WAYS].map(({ transport, name, what }) => {
      const button = make('button', 'choice-of-way');
      button.type = 'button';
      button.id = `way-${transport ?? 'automatic'}`;
      const inUse = make('span', 'in-use', 'in use');
      inUse.hidden = true;
      button.append(make('span', 'way-name', name), inUse, make('span', 'what', what));
      button.addEventListener('click', () => {
        menu.hidePopover();
        choose(transport);
      });
      const item = make('li');
      item.append(button);
      list.append(item);
      return { transport, button, inUse };
    });
  }

  /**
   * @param {string | undefined} chosen
   * @param {string | undefined} carries the transport in use; undefined while there is no link
   */
  show(chosen, carries) {
    for (const { transport, button, inUse } of this.#items) {
      button.setAttribute('aria-pressed', String(transport === chosen));
      inUse.hidden = transport === undefined || transport !== carries;
    }
  }
}
