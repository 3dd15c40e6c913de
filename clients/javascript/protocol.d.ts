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
  | ({ type: 'send'; room: string; key: string; text: string } & Placement & Content)
  | ({ type: 'edit'; room: string; key: string; target: EventId; text: string } & Content)
  | { type: 'react'; room: string; target: EventId; name: string; on: boolean }
  | { type: 'pin'; room: string; target: EventId; on: boolean }
  | { type: 'delete'; room: string; key: string; target: EventId }
  | { type: 'history'; room: string } & Part
  | { type: 'search'; room: string; words: string } & Filter
  | { type: 'report'; room: string; target: EventId; reason: string }
  | { type: 'signal'; room: string; name: string; data: object }
  | { type: 'typing'; room: string; on: boolean }
  | { type: 'read'; room: string; upTo: EventId; known?: EventId }
  | { type: 'unread'; room: string; from: EventId }
  | { type: 'ping' };

/** Where a message belongs. Without these, it is in the room's main view. */
export interface Placement {
  /** The message that this one answers. */
  replyTo?: EventId;
  /** The root of the thread to which the message belongs. */
  thread?: EventId;
  /** Whether a message of a thread is in the main view too. */
  alsoInRoom?: boolean;
}
/** What a message may have beside its text. */
export interface Content {
  /** Ids of users. */
  mentions?: string[];
  mentionAll?: boolean;
  attachments?: Attachment[];
  /** Your application's own. */
  data?: Record<string, unknown>;
}
/** A file that a message refers to. */
export interface Attachment { url: string; type?: string; name?: string; size?: number; width?: number; height?: number }
/** The state of a thread. Without replies it has only `count`. */
export interface Replies { count: number; last?: EventId; time?: number; participants?: string[] }
/** `users` has the ids of up to ten. */
export interface Reaction { name: string; count: number; users: string[] }
/** Which part of a room's log: one of the first four, or the newest events. `only: 'messages'` leaves out all else. */
export interface Part { before?: EventId; after?: EventId; around?: EventId; ids?: EventId[]; only?: 'messages'; limit?: number }
/** Which messages: of an author (their id), sent from `since` until before `until`, with a link or an attachment. */
export interface Filter { from?: string; since?: number; until?: number; has?: 'attachment' | 'link'; before?: EventId; limit?: number }

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
export interface SendReply {
  id: EventId;
  seq: number;
  time?: number;
  duplicate: boolean;
  /** Users whom the message does not mention, because they cannot read the room. */
  notMentioned?: string[];
}
/** All reactions to the message. */
export interface ReactReply { reactions: Reaction[] }
/** `report` is the id of the report. `duplicate`: you had reported the message before. */
export interface ReportReply { report: string; duplicate: boolean }
/**
 * `more`: there are older events; with `after`, newer ones; with `ids`, messages that did not fit. Then `next` is where to go on, as
 * `before` or as `after`. `moreAfter` and `nextAfter` come with `around` only, and lead to newer events.
 */
export interface HistoryReply { events: RoomEvent[]; more: boolean; next?: EventId; moreAfter?: boolean; nextAfter?: EventId }
/** The messages that were found, newest first. With `next` the search goes on, as `before`. `searched`: how many were looked at. */
export interface SearchReply { events: Message[]; next?: EventId; searched: number }
/** `mark` is the event up to which the user has read; the others count what is before (`n`) and after it. */
export interface ReadReply { mark: EventId; n: number; unread: number; mentions: number }

export interface ErrorFrame {
  type: 'error';
  req?: number;
  code: ErrorCode;
  message: string;
  retry: boolean;
  retryAfterMs?: number;
}

// ---- events: durable, each with an id and a seq of its room ----------------------------------------

/** `n` is the number of messages that the main view of the room has had. */
interface Durable { room: string; id: EventId; seq: number; time: number; n: number }
export interface Message extends Durable, Placement, Content {
  type: 'message';
  from: User;
  /** Missing if the message was deleted. */
  text?: string;
  key?: string;
  /** With a root: its thread. With a message of a thread: that thread. */
  replies?: Replies;
  reactions?: Reaction[];
  pinned?: { by: User; time: number };
  /** When the message got this content. `deleted`: when it was deleted. */
  edited?: number;
  deleted?: number;
}
/** The message has this content now. Without `text`, it was deleted or is not in the log any more: stop showing it. */
export interface Edited extends Durable, Content {
  type: 'edited';
  by: User;
  target: EventId;
  key?: string;
  text?: string;
  /** Of a message in a thread: the thread. */
  replies?: Replies;
  edited?: number;
  deleted?: number;
}
/** The message has no content, reactions, mentions and pin any more. Its thread stays. */
export interface Deleted extends Durable {
  type: 'deleted';
  by: User;
  target: EventId;
  key?: string;
  replies?: Replies;
  deleted: number;
}
/** The message has these reactions now: show them, and never count by yourself. */
export interface Reacted extends Durable {
  type: 'reacted';
  target: EventId;
  reactions: Reaction[];
  changes?: { user: string; name: string; on: boolean }[];
  /** Instead of `changes`, if there were too many. */
  refetch?: true;
}
export interface Pinned extends Durable { type: 'pinned'; by: User; target: EventId; on: boolean }
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
/** An event of `r.reports`, for admins: `by` reported a message of the room that the message names. */
export interface Reported extends Durable { type: 'reported'; by: User; message: Message; reason: string }
export type RoomEvent = Message | Edited | Deleted | Reacted | Pinned | MemberEvent | RoomChange | InboxEvent | AuditEvent | Reported;

// ---- signals: not logged; they may be lost, and they move no position --------------------------------

export interface Signal { type: 'signal'; room: string; by: User; name: string; data: Record<string, unknown> }
export interface Typing { type: 'typing'; room: string; by: User; on: boolean }

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
export interface PollAnswer { frames: (RoomEvent | Gap | Reset | Denied | Signal | Typing)[]; cursor: string }
/** An error response (RFC 9457). */
export interface Problem { code: ErrorCode; detail: string; status: number; retry: boolean; retryAfterMs?: number }
