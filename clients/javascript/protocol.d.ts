/**
 * The frames of protocol v1, kept by hand. The prose is in docs/protocol.md; a frame with `req` answers
 * that command, one without is a push. Every `time` is milliseconds since 1970 by the server's clock.
 */

/** `<seq>-<tag>`: an event's identity, its place in the room's order and the position to resume from. */
export type EventId = string;

export type ErrorCode =
  | 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'too_large'
  | 'rate_limited' | 'limit_reached' | 'unavailable' | 'internal';

export interface User { id: string; name: string }

export interface Limits {
  frameBytes: number;
  /** Longest text, in code points. */
  textLength: number;
  rooms: number;
  commandsPerSecond: number;
  commandBurst: number;
  /** Commands that may be unanswered at a time. */
  commandsInFlight?: number;
  historyPage: number;
}

// ---- commands -------------------------------------------------------------------------------------

export type Command =
  | { type: 'hello'; guest?: string; token?: string; rooms?: Record<string, EventId | null> }
  | { type: 'auth'; token: string }
  | { type: 'join'; room: string; after?: EventId; last?: number }
  | { type: 'leave'; room: string }
  | { type: 'send'; room: string; key: string; text: string; replyTo?: EventId }
  | { type: 'history'; room: string; before?: EventId; limit?: number }
  | { type: 'ping' };

// ---- answers --------------------------------------------------------------------------------------

export type RoomState = 'ok' | 'gap' | 'reset' | 'denied';

export interface Welcome {
  type: 'welcome';
  req: number;
  protocol: number;
  connection: string;
  pod: string;
  user: User;
  /** Guests only: the signed token that is this guest from now on. */
  token?: string;
  pingMs: number;
  limits: Limits;
  rooms: Record<string, { state: RoomState; head?: EventId }>;
}

export interface JoinReply { state: 'ok' | 'gap' | 'reset'; head: EventId; role: string; name: string }
export interface SendReply { id: EventId; seq: number; time: number; duplicate: boolean }
export interface HistoryReply { events: RoomEvent[]; more: boolean }

export interface ErrorFrame {
  type: 'error';
  req?: number;
  code: ErrorCode;
  message: string;
  retry: boolean;
  retryAfterMs?: number;
}

// ---- events: durable, each with an id and a seq of its room ----------------------------------------

interface Durable { room: string; id: EventId; seq: number; time: number; from: User }
export interface Message extends Durable { type: 'message'; text: string; replyTo?: EventId; key?: string }
export interface Edited extends Durable { type: 'edited'; target: EventId; text: string }
export interface Deleted extends Durable { type: 'deleted'; target: EventId }
export interface Reaction extends Durable { type: 'reaction'; target: EventId; emoji: string; on: boolean }
/** A member came, left or changed: its fields are not part of this client yet. */
export interface MemberEvent extends Durable { type: 'member' }
/** The room itself changed: its fields are not part of this client yet. */
export interface RoomChange extends Durable { type: 'room' }
export type RoomEvent = Message | Edited | Deleted | Reaction | MemberEvent | RoomChange;

// ---- notices about the order, signals, the connection's own pushes --------------------------------

/** The events `fromSeq` to `toSeq` were not delivered and will not be: load them by history, as far as kept. */
/** `to` is the id of the last one that is gone: the position to go on from. */
export interface Gap { type: 'gap'; room: string; fromSeq: number; toSeq: number; to: EventId }
/** The room's log was rolled back: drop what is after `from`; what is true now follows by itself. */
export interface Reset { type: 'reset'; room: string; from: EventId; head: EventId }
export interface Signal { type: 'typing' | 'presence' | 'read'; room: string; [field: string]: unknown }

export interface Drain { type: 'drain'; inMs: number }
export interface TokenExpiring { type: 'token_expiring'; inMs: number }
