/** If a tick comes more than SLEPT_MS after the one before, the computer has slept. */
const TICK_MS = 5_000;
const SLEPT_MS = 10_000;

/**
 * Reports when the page is shown again or the computer has slept (`back`), when the browser is offline, and when it is
 * online again. Returns a function that stops it.
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
