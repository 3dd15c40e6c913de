/** A timer that comes so late tells of a sleep. */
const TICK_MS = 5_000;
const SLEPT_MS = 10_000;

/**
 * Tells when the page is shown again or the computer has slept, when it has lost its network, and when there may be another.
 * @param {import('./internal.js').ConnectionOptions} options
 * @param {{back: () => void, offline: () => void, online: () => void}} on
 */
export function watch({ page, clock }, { back, offline, online }) {
  /** @type {any} */
  let timer;
  const shown = () => {
    if (page?.document?.visibilityState !== 'hidden') back();
  };
  /** @param {'addEventListener' | 'removeEventListener'} change */
  const listeners = (change) => {
    page?.[change]?.('online', online);
    page?.[change]?.('offline', offline);
    page?.document?.[change]?.('visibilitychange', shown);
  };
  /** @param {number} before */
  const tick = (before) => {
    const now = clock.now();
    timer = clock.setTimeout(() => tick(now), TICK_MS);
    if (now - before > SLEPT_MS) shown();
  };
  listeners('addEventListener');
  tick(clock.now());
  return () => {
    listeners('removeEventListener');
    clock.clearTimeout(timer);
  };
}
