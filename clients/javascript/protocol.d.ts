/**
 * The frames of protocol v1, kept by hand. The prose is in docs/protocol.md; a frame with `req` answers
 * that command, one without is a push. Every `time` is milliseconds since 1970 by the server's clock.
 */

/** `<seq>-<tag>`: an event's identity, its place in the room's order and the position to resume from. */
export type EventId = string;

export type ErrorCode =
  | 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'changed' | 'too_large'
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

export interface Hello { type: 'hello'; guest?: string; token?: string; rooms?: Record<string, EventId | null | undefined> }
export type Command =
  | Hello
  | { type: 'auth'; token: string }
  | { type: 'join'; room: string; after?: EventId; last?: number }
  | { type: 'leave'; room: string }
  | { type: 'send'; room: string; key: string; text: string; replyTo?: EventId }
  | { type: 'edit'; room: string; key: string; target: EventId; text: string }
  | { type: 'delete'; room: string; key: string; target: EventId }
  | { type: 'history'; room: string; before?: EventId; limit?: number }
  | { type: 'ping' };

// ---- answers --------------------------------------------------------------------------------------

export type RoomState = 'ok' | 'gap' | 'reset' | 'denied';

export interface Welcome {
  type: 'welcome';
  /** Not in a stream by HTTP, whose first line it is. A poll has none: this client makes one of what it knows. */
  req?: number;
  protocol?: number;
  connection?: string;
  pod?: string;
  user: User;
  /** Guests only: the signed token that is this guest from now on. */
  token?: string;
  pingMs?: number;
  limits: Limits;
  rooms: Record<string, { state: RoomState; head?: EventId }>;
}

/** By HTTP without `role` and `name`. */
export interface JoinReply { state: 'ok' | 'gap' | 'reset'; head: EventId; role?: string; name?: string }
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

interface Durable { room: string; id: EventId; seq: number; time: number }
export interface Message extends Durable {
  type: 'message';
  from: User;
  /** Not there in history where the message was deleted. */
  text?: string;
  replyTo?: EventId;
  key?: string;
  /** In history: when it was given this text, or taken away. */
  edited?: number;
  deleted?: number;
}
export interface Edited extends Durable { type: 'edited'; by: User; target: EventId; text: string; key?: string }
export interface Deleted extends Durable { type: 'deleted'; by: User; target: EventId; key?: string }
/** Who is in the room, or what he may there, has changed. */
export interface MemberEvent extends Durable {
  type: 'member';
  by: User;
  /** The id of the user whose membership it is. */
  user: string;
  change: 'added' | 'left' | 'removed' | 'role' | 'banned' | 'unbanned' | 'muted' | 'unmuted';
  role?: string;
  until?: number;
  reason?: string;
}
/** The room was made, changed or deleted: read it anew. */
export interface RoomChange extends Durable { type: 'room'; by: User; change: 'created' | 'changed' | 'deleted' }
/** In your own inbox, the room `@` and your user id. */
export interface InboxEvent extends Durable {
  type: 'inbox';
  by: User;
  about: string;
  change: 'added' | 'removed' | 'banned' | 'direct';
}
/** In `r.audit`, for admins. */
export interface AuditEvent extends Durable {
  type: 'audit';
  by: User;
  action: string;
  about?: string;
  user?: string;
  target?: EventId;
  until?: number;
  reason?: string;
  /** What was before and what is now, by name, as far as it changed. */
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
}
export type RoomEvent = Message | Edited | Deleted | MemberEvent | RoomChange | InboxEvent | AuditEvent;

// ---- notices about the order, the connection's own pushes ------------------------------------------

/**
 * The events `fromSeq` to `toSeq` were not delivered and will not be: load them by history, as far as kept.
 * `to` is the id of the last one that is gone: the position to go on from.
 */
export interface Gap { type: 'gap'; room: string; fromSeq: number; toSeq: number; to: EventId }
/** The room's log was rolled back: drop what is after `from`; what is true now follows by itself. */
export interface Reset { type: 'reset'; room: string; from: EventId; head: EventId }

/** The room is not open to this user any more. */
export interface Denied { type: 'denied'; room: string }

export interface Drain { type: 'drain'; inMs: number }
export interface TokenExpiring { type: 'token_expiring'; inMs: number }

// ---- by HTTP alone ----------------------------------------------------------------------------------

/** The last line of a stream. */
export interface Close { type: 'close'; code: number; reason: string }
/** The answer to a poll; `cursor` is where its rooms are now. */
export interface PollAnswer { frames: (RoomEvent | Gap | Reset | Denied)[]; cursor: string }
/** A refusal (RFC 9457). */
export interface Problem { code: ErrorCode; detail: string; status: number; retry: boolean; retryAfterMs?: number }
