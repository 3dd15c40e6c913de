/**
 * Returns a new idempotency key: 128 random bits in the form of the protocol. It does not use randomUUID, which is
 * missing on a plain-http page.
 */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
