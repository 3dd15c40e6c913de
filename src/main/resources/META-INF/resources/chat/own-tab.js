import { newKey } from '/client/index.js';
import { tab } from './memory.js';

/** How long to wait for the lock: after a reload the previous page may release it a moment late. */
const WAIT_MS = 1000;

/**
 * Makes the tab's memory its own. A duplicated tab starts with a copy of the other tab's memory, including unsent
 * messages that the other tab sends. The first tab holds a lock for as long as its page lives. A tab that does not get
 * the lock deletes the copied messages. A page without locks (plain http from another host) sends them too, but with
 * the same key, so they appear once.
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

/** @param {string} id @returns {Promise<boolean>} whether this page now holds the lock */
function hold(id) {
  return new Promise((resolve) => {
    navigator.locks.request(`bincang.tab.${id}`, { signal: AbortSignal.timeout(WAIT_MS) }, () => {
      resolve(true);
      return new Promise(() => {}); // held until the page is closed
    }).catch(() => resolve(false));
  });
}
