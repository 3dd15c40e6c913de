const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * A new idempotency key: 132 random bits in the form the protocol asks for. Not randomUUID, which a page on a
 * plain-http address does not have.
 */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => LETTERS[byte & 63]).join('');
}
