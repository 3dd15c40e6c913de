/** @import { EventId } from './protocol.js' */

/** The sequence number in an id. @param {EventId} id */
export function seqOf(id) {
  return Number(id.slice(0, id.indexOf('-')));
}

/**
 * The position to which a frame moves its room; undefined if it does not move it.
 * @param {any} frame
 * @returns {EventId | undefined}
 */
export function positionAfter({ type, id, from, to }) {
  return type === 'reset' ? from : type === 'gap' ? to : id;
}
