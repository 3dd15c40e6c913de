/**
 * A new idempotency key: 128 random bits in the form the protocol asks for. Not randomUUID, which a page on a
 * plain-http address does not have.
 */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
}
