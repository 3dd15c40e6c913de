import { nameOf } from './ways.js';

/** The texts of the page that depend on its state. */

export const ROOM_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Turns typed text into the room id that the user most likely means. */
export function roomIdOf(typed) {
  return typed.trim().replace(/^#/, '').toLowerCase().replace(/\s+/g, '-');
}

/** Removes control characters other than line feeds and tabs, and replaces unpaired surrogates. */
export function cleanText(typed) {
  const text = typed.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '').trim();
  return text.toWellFormed?.() ?? text;
}

export function lengthOf(text) {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const soon = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export const timeOf = (ms) => clock.format(ms);
export const momentOf = (ms) => whole.format(ms);

export function dayOf(ms) {
  const day = new Date(ms).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return 'Yesterday';
  return date.format(ms);
}

export function stateOf({ state, error }) {
  if (state === 'open') return 'Connected';
  if (state === 'closed') return 'Disconnected';
  return error ? 'Reconnecting' : 'Connecting';
}

/** Why there is no link, for the banner. @param {string} [way] the transport that the user chose */
export function whyNot({ state, error }, way) {
  if (state === 'closed') return `Disconnected: ${error.message}.`;
  if (navigator.onLine === false) return 'You are offline. Your messages wait here and are sent when you are back.';
  if (error?.code === 'unavailable') return 'The server is busy. Your messages wait here and are sent later.';
  if (way) return `No connection by ${nameOf(way)}, which you chose. Your messages wait here and are sent when it is back.`;
  return 'No connection. Your messages wait here and are sent when it is back.';
}

const REFUSALS = {
  too_large: 'it is too long',
  not_found: 'this room does not exist',
  conflict: 'its key was used for another message',
  unauthorized: 'you are another user now',
  closed: 'the connection is closed',
};

/** Why a message is not in the room. */
export function refusalOf(error) {
  if (error.code === 'unknown') return 'It is too long ago to know whether this was sent.';
  return `Not sent: ${REFUSALS[error.code] ?? error.message}.`;
}

/** Why the user cannot write in a room; empty if they can. @param {import('./standing.js').Standing} standing */
export function whyQuiet({ muted, mutedUntil, frozen, readOnly }) {
  if (muted) return `You are muted in this room${untilOf(mutedUntil)}. You can still read.`;
  if (frozen) return 'This room is frozen: only its owners can write.';
  if (readOnly) return 'This room is read-only: only its moderators can write.';
  return '';
}

/** Why the user cannot enter a room. @param {import('./talk.js').Talk} talk */
export function whyClosed({ refusal, standing: { banned, bannedUntil } }) {
  if (banned) return `You are banned from this room${untilOf(bannedUntil)}.`;
  if (refusal.message.startsWith('no access')) return 'You have no access to this room any more.';
  return `You cannot enter this room: ${refusal.message}.`;
}

function untilOf(ms) {
  if (ms === Infinity) return '';
  return ` until ${dayOf(ms) === 'Today' ? timeOf(ms) : soon.format(ms)}`;
}

/** @param {number} ms */
export function slowOf(ms) {
  const seconds = Math.ceil(ms / 1000);
  const clock = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
  return `Slow mode: next message in ${clock}`;
}

/**
 * A visible character: not a combining mark, space, control character, or blank character that Unicode counts as a
 * letter or symbol.
 */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/**
 * The display name of a user. A name without a visible character is replaced by the id. The page isolates the name
 * (`bdi`) because of its text direction.
 */
export function calledOf({ id, name }) {
  return VISIBLE.test(name) ? name : id;
}

export function initialOf(user) {
  return [...calledOf(user)].find((char) => VISIBLE.test(char))?.toUpperCase() ?? '?';
}

export function gapOf({ fromSeq, toSeq, filling, gone }) {
  const count = toSeq - fromSeq + 1;
  const what = count === 1 ? 'One entry' : `${count} entries`;
  if (filling) return `Loading ${count === 1 ? 'one missed entry' : `${count} missed entries`}…`;
  return gone ? `${what} of this room ${count === 1 ? 'is' : 'are'} no longer kept` : `${what} not loaded here`;
}
