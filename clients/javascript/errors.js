/** @import { Code } from './index.js' */

export class BincangError extends Error {
  /**
   * @param {Code} code
   * @param {string} message
   * @param {{retry?: boolean, retryAfterMs?: number, closeCode?: number, cause?: unknown}} [detail]
   */
  constructor(code, message, { retry = false, retryAfterMs, closeCode, cause } = {}) {
    super(message, { cause });
    this.name = 'BincangError';
    this.code = code;
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
    this.closeCode = closeCode;
  }
}

/**
 * The error for a link that broke or could not be made.
 * @param {string} message
 * @param {unknown} [cause]
 */
export function lost(message, cause) {
  return new BincangError('lost', message, { retry: true, cause });
}

/** What a client has to do after a close code. @typedef {'away' | 'later' | 'now' | 'retry'} Advice */

/**
 * The range decides: after 40xx a client stays away, after 41xx it reconnects later, after 42xx now. Other codes are
 * network failures.
 * @param {number} closeCode
 * @returns {Advice}
 */
export function adviceOf(closeCode) {
  return /** @type {Advice[]} */ (['away', 'later', 'now'])[Math.floor(closeCode / 100) - 40] ?? 'retry';
}

/** @type {Record<number, Code>} */
const MEANING = {
  4000: 'bad_request', 4001: 'unauthorized', 4002: 'bad_request', 4004: 'limit_reached', 4101: 'rate_limited', 4102: 'unauthorized',
};

/**
 * The error for a close code.
 * @param {number} closeCode
 * @param {string} reason the server's reason, often empty
 */
export function closeError(closeCode, reason) {
  const advice = adviceOf(closeCode);
  const code = MEANING[closeCode] ?? (advice === 'away' ? 'forbidden' : advice === 'later' ? 'unavailable' : 'lost');
  return new BincangError(code, reason || `closed with ${closeCode}`, { retry: advice !== 'away', closeCode });
}
