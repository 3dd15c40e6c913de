import { newKey } from '/client/index.js';
import { tab } from './memory.js';

/** After a reload the page before may be a moment late to let go. */
const WAIT_MS = 1000;

/**
 * A duplicated tab begins with a copy of the other's memory, where what is unsent is the other's to send. Which of them
 * was there first tells a lock, held as long as the page lives. Where a page gets no locks (plain http from elsewhere)
 * both send it, with one key: it is said once.
 */
export async function claimTab() {
  if (!navigator.locks) return;
  const id = tab.get('id');
  if (id !== undefined && await hold(id)) return;
  if (id !== undefined) for (const name of ['outbox', 'failed', 'drafts']) tab.set(name, undefined);
  const own = newKey();
  tab.set('id', own);
  await hold(own);
}

/** @param {string} id @returns {Promise<boolean>} whether nobody else holds it */
function hold(id) {
  return new Promise((resolve) => {
    navigator.locks.request(`bincang.tab.${id}`, { signal: AbortSignal.timeout(WAIT_MS) }, () => {
      resolve(true);
      return new Promise(() => {}); // until the page is gone
    }).catch(() => resolve(false));
  });
}
