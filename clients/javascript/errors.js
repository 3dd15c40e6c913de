/** Errors the server answers with, and the two that only a client can know. */

/** @typedef {import('./protocol.js').ErrorCode | 'lost' | 'closed'} Code `lost`: the link broke; `closed`: this connection is over. */

export class BincangError extends Error {
  /**
   * @param {Code} code
   * @param {string} message
   * @param {{retry?: boolean, retryAfterMs?: number, closeCode?: number, cause?: unknown}} [detail]
   */
  constructor(code, message, detail = {}) {
    super(message, { cause: detail.cause });
    this.name = 'BincangError';
    this.code = code;
    /** Whether the same command may succeed later. */
    this.retry = detail.retry ?? false;
    /** How long the server asks to wait, in milliseconds. */
    this.retryAfterMs = detail.retryAfterMs;
    /** The WebSocket close code behind it, if there was one. */
    this.closeCode = detail.closeCode;
  }
}

/** @typedef {'away' | 'later' | 'now' | 'retry'} Advice What a close code tells a client to do. */

/**
 * Clients decide from the range: 40xx stays away, 41xx comes back later, 42xx now; anything else is the network's doing.
 * @param {number} closeCode
 * @returns {Advice}
 */
export function adviceOf(closeCode) {
  switch (Math.floor(closeCode / 100)) {
    case 40: return 'away';
    case 41: return 'later';
    case 42: return 'now';
    default: return 'retry';
  }
}

/** @type {Record<number, [Code, string]>} */
const MEANING = {
  4000: ['bad_request', 'the server did not understand this client'],
  4001: ['unauthorized', 'the token was refused'],
  4002: ['bad_request', 'the server speaks another version of the protocol'],
  4003: ['forbidden', 'access was withdrawn'],
  4004: ['limit_reached', 'too many connections of this user'],
  4005: ['forbidden', 'this page may not connect'],
  4101: ['rate_limited', 'too many commands'],
  4102: ['unauthorized', 'the token has expired'],
};

/**
 * @param {number} closeCode
 * @param {string} reason as the server gave it, often empty
 */
export function closeError(closeCode, reason) {
  const advice = adviceOf(closeCode);
  const [code, message] = MEANING[closeCode]
    ?? (advice === 'away' ? ['forbidden', 'the server refused this client']
      : advice === 'later' ? ['unavailable', 'the server is busy or unavailable']
        : ['lost', 'the link was lost']);
  return new BincangError(code, reason || message, { retry: advice !== 'away', closeCode });
}
