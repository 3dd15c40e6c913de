/**
 * The frames of protocol v1, written by hand. docs/protocol.md describes them. A frame with `req` answers
 * that command; a frame without is a push. Every `time` is milliseconds since 1970 by the server's clock.
 */

/** `<seq>-<tag>`: identifies an event, gives its place in the room's order, and is the position to resume from. */
export type EventId = string;

export type ErrorCode =
  | 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'changed' | 'too_large'
  | 'rate_limited' | 'limit_reached' | 'unavailable' | 'internal';

export interface User { id: string; name: string }

export interface Limits {
  frameBytes: number;
  /** The longest text, in code points. */
  textLength: number;
  rooms: number;
  commandsPerSecond: number;
  commandBurst: number;
  /** The number of commands that may be unanswered at a time. */
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
  /**
   * Missing in an HTTP stream, where the welcome is the first line. A poll has no welcome; this client builds one from
   * what it knows.
   */
  req?: number;
  protocol?: number;
  connection?: string;
  pod?: string;
  user: User;
  /** Guests only: the signed token that identifies this guest from now on. */
  token?: string;
  pingMs?: number;
  limits: Limits;
  rooms: Record<string, { state: RoomState; head?: EventId }>;
}

/** By HTTP, `role` and `name` are missing. */
export interface JoinReply { state: 'ok' | 'gap' | 'reset'; head: EventId; role?: string; name?: string }
/** Without `time`, it is a duplicate of an event that is not in the log any more. */
export interface SendReply { id: EventId; seq: number; time?: number; duplicate: boolean }
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

/** `n` is the number of messages that the room has had. */
interface Durable { room: string; id: EventId; seq: number; time: number; n: number }
export interface Message extends Durable {
  type: 'message';
  from: User;
  /** Missing if the message was deleted. */
  text?: string;
  replyTo?: EventId;
  key?: string;
  /** When the message got this text. `deleted`: when it was deleted. */
  edited?: number;
  deleted?: number;
}
/** The message has this text now. Without `text`, it was deleted or is not in the log any more: stop showing it. */
export interface Edited extends Durable {
  type: 'edited';
  by: User;
  target: EventId;
  key?: string;
  text?: string;
  edited?: number;
  deleted?: number;
}
export interface Deleted extends Durable { type: 'deleted'; by: User; target: EventId; key?: string; deleted: number }
/** The members of the room have changed, or the rights of a member. */
export interface MemberEvent extends Durable {
  type: 'member';
  by: User;
  /** The id of the user whose membership has changed. */
  user: string;
  change: 'added' | 'left' | 'removed' | 'role' | 'banned' | 'unbanned' | 'muted' | 'unmuted';
  role?: string;
  until?: number;
  reason?: string;
  /** The id of the invitation link by which the user has become a member. */
  invite?: string;
}
/** The room was created, changed or deleted: read its settings again. */
export interface RoomChange extends Durable { type: 'room'; by: User; change: 'created' | 'changed' | 'deleted' }
/** An event of your own inbox, the room whose name is `@` and your user id. */
export interface InboxEvent extends Durable {
  type: 'inbox';
  by: User;
  about: string;
  change: 'added' | 'removed' | 'banned' | 'direct';
}
/** An event of `r.audit`, for admins. */
export interface AuditEvent extends Durable {
  type: 'audit';
  by: User;
  action: string;
  about?: string;
  user?: string;
  target?: EventId;
  until?: number;
  reason?: string;
  /** The changed values by name: `from` has the old ones, `to` the new ones. */
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
}
export type RoomEvent = Message | Edited | Deleted | MemberEvent | RoomChange | InboxEvent | AuditEvent;

// ---- notices about the order, the connection's own pushes ------------------------------------------

/**
 * The events `fromSeq` to `toSeq` were not delivered and will not be. Load them by history, if they are still kept.
 * `to` is the id of the last undelivered event: the position to continue from.
 */
export interface Gap { type: 'gap'; room: string; fromSeq: number; toSeq: number; to: EventId }
/** The room's log was rolled back: drop everything after `from`. The server sends the valid events by itself. */
export interface Reset { type: 'reset'; room: string; from: EventId; head: EventId }

/** This user no longer has access to the room. */
export interface Denied { type: 'denied'; room: string }

export interface Drain { type: 'drain'; inMs: number }
export interface TokenExpiring { type: 'token_expiring'; inMs: number }

// ---- only by HTTP -----------------------------------------------------------------------------------

/** The last line of a stream. */
export interface Close { type: 'close'; code: number; reason: string }
/** The response to a poll. `cursor` has the new positions of its rooms. */
export interface PollAnswer { frames: (RoomEvent | Gap | Reset | Denied)[]; cursor: string }
/** An error response (RFC 9457). */
export interface Problem { code: ErrorCode; detail: string; status: number; retry: boolean; retryAfterMs?: number }
