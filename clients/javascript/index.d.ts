/** The types of the package's exports. They are written by hand, in addition to the JSDoc of the modules. */

import type {
  AuditEvent, Content, Deleted, Drain, Edited, ErrorCode, EventId, Filter, Gap, HistoryReply, InboxEvent, JoinReply, Limits,
  MemberEvent, Message, Part, Pinned, Placement, Reacted, ReactReply, ReadReply, Reported, ReportReply, Reset, RoomChange, RoomEvent,
  SearchReply, SendReply, Signal, TokenExpiring, Typing, User, Welcome,
} from './protocol.js';

export type * from './protocol.js';

/** The transports. The default order is `websocket`, `stream`, `longpoll`. */
export type Transport = 'websocket' | 'stream' | 'longpoll' | 'sse' | 'poll';

/** `connecting`: the client keeps trying · `open` · `closed`: refused by the server, or closed by this client. */
export type State = 'connecting' | 'open' | 'closed';

export interface StateChange {
  state: State;
  /** Why the connection is not open. */
  error?: BincangError;
  /** While connecting: milliseconds until the next attempt. Missing during an attempt. */
  waitMs?: number;
}

/** A part of the interface of `sessionStorage`. Use one per tab, so that two clients never send the same message. */
export interface Store {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Clock {
  now(): number;
  setTimeout(run: () => void, ms: number): any;
  clearTimeout(timer: any): void;
}

export interface Options {
  /** The URL of the endpoint (…/ws) or of the server (…/), http: or ws:, relative to the page. Default: `/ws`. */
  url?: string | (() => string | Promise<string>);
  /** Several URLs, tried in turn from a random start. */
  urls?: (string | (() => string | Promise<string>))[];
  /** The display name, if the server admits guests. */
  guest?: string;
  /**
   * A bearer token, or a function that fetches one. The client calls it at each attempt, and when the server says that
   * the token expires. Together with `guest`: the token stored at an earlier visit.
   */
  token?: string | (() => string | Promise<string>);
  /** The transports to try, in this order. */
  transports?: Transport[];
  /** Replaces the global class, or a missing one. */
  WebSocket?: new (url: string, protocol: string) => any;
  fetch?: typeof fetch;
  /** Keeps unacknowledged messages, and the transport that worked, across a reload. */
  store?: Store;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** The object that fires `online` and `offline`, and has a document that fires `visibilitychange`. */
  page?: any;
}

/**
 * How long a caller waits for an answer. Without either option there is no limit. A command that was not sent by then
 * is never sent. A command that was sent may still take effect: repeat it with the same `key`.
 */
export interface Patience {
  /** Rejects with `aborted`, whose `cause` is the signal's reason. */
  signal?: AbortSignal;
  /** Rejects with `timeout`. */
  timeoutMs?: number;
}

/** A message from before a reload, or one that the server has lost. The client sends it again with its key. */
export interface Pending extends Placement, Content {
  room: string;
  key: string;
  text: string;
  /** When it was written: milliseconds since 1970 by the clock of this computer. */
  at: number;
  /** Rejects with `unknown` if the message is too old to send again. */
  sent: Promise<SendReply>;
}

export interface ConnectionEvents {
  state: StateChange;
  /** For each new link. With polling the limits are the protocol's defaults. */
  welcome: Welcome;
  transport: Transport;
  /** A guest's token. Store it: with it the next visit is the same guest. */
  token: string;
  token_expiring: TokenExpiring;
  drain: Drain;
  pending: Pending;
}

export interface RoomEvents {
  message: Message;
  edited: Edited;
  deleted: Deleted;
  reacted: Reacted;
  pinned: Pinned;
  member: MemberEvent;
  room: RoomChange;
  inbox: InboxEvent;
  audit: AuditEvent;
  reported: Reported;
  /** Each of the above, a second time, in order. */
  event: RoomEvent;
  /** A signal of the application. It is no `event`. */
  signal: Signal;
  /** Somebody types, or has stopped. Show it for 6 seconds, or until their message comes. It is no `event`. */
  typing: Typing;
  gap: Gap;
  reset: Reset;
  /** The user has no access, or has lost it. The room is left. */
  denied: BincangError;
  /** The room was left, or the connection closed. Has the reason if the application did not cause it. */
  end: BincangError | undefined;
}

/** The values that `for await` of a room gives. */
export type Told = RoomEvent | Gap | Reset;

/**
 * The protocol's codes and five of the client. `lost`: the link broke. `closed`: this connection is closed. `unknown`:
 * it is no longer possible to tell whether the message was sent. `aborted`: the application cancelled the call, by
 * `signal` or `leave()`. `timeout`: `timeoutMs` is over.
 */
export type Code = ErrorCode | 'lost' | 'closed' | 'unknown' | 'aborted' | 'timeout';

export declare class BincangError extends Error {
  constructor(
    code: Code, message: string, detail?: { retry?: boolean; retryAfterMs?: number; closeCode?: number; cause?: unknown },
  );
  code: Code;
  /** Whether the same call may succeed later. */
  retry: boolean;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs: number | undefined;
  /** The close code that caused the error, if there was one. */
  closeCode: number | undefined;
}

/**
 * The connection to a server. It replaces its link whenever the link breaks.
 *
 *   connecting ──welcome──▶ open ──link lost, 41xx, 42xx──▶ connecting      (it keeps trying)
 *       └──40xx, close()──▶ closed ◀──40xx, close()──┘      closed ──reopen()──▶ connecting
 */
export declare class Connection {
  private constructor();
  /** The user, as the server knows them. Undefined before the first welcome. */
  user: User | undefined;
  limits: Limits | undefined;
  /** The transport in use, or the last one used. */
  transport: Transport | undefined;
  get state(): State;
  /** The room with this id, always the same object. The call does not join it. */
  room(id: string): Room;
  /**
   * Adds a listener. A listener of `state` gets the current state in a microtask, so it can be added late.
   * @returns a function that removes the listener
   */
  on<K extends keyof ConnectionEvents>(type: K, listener: (event: ConnectionEvents[K]) => void): () => void;
  /** Closes the connection for good. Unacknowledged calls reject with `closed`. */
  close(): void;
  /** Connects again after `closed`. Rooms stay joined and keep their positions. */
  reopen(): void;
}

/**
 * A room, as seen by this connection.
 *
 *   out ──join()──▶ joining ──ok──▶ joined ──leave(), denied──▶ out
 *                      ▲               │ link lost: stays joined, the next hello resumes it
 *                      └───────────────┘ link lost before the first of `last` events came: joins again
 */
export declare class Room implements AsyncIterable<Told> {
  private constructor();
  readonly id: string;
  get state(): 'out' | 'joining' | 'joined';
  /** The id of the last event received, for `join({after})` after a restart. */
  get position(): EventId | undefined;
  /** @returns a function that removes the listener */
  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void): () => void;
  /**
   * Joins the room. Delivers the events after `after`, or the newest `last` events, and then all new events. Without
   * either option it delivers only new events. While the room is joined or joining, another join gives the answer of
   * the first and is counted: the client leaves the room when `leave` was called for each join.
   */
  join(from?: { after?: EventId; last?: number } & Patience): Promise<JoinReply>;
  /**
   * Cancels one `join`. The last `leave` leaves the room: pending joins reject with `aborted`, and this promise
   * resolves when the server pushes no more frames of the room. Without a join it does nothing.
   */
  leave(options?: Patience): Promise<void>;
  /** Sends a message. Resolves when it is in the room's log. Messages arrive in order and once, even if links break. */
  send(text: string, options?: { key?: string } & Placement & Content & Patience): Promise<SendReply>;
  /** Replaces the whole content of a message. */
  edit(target: EventId, text: string, options?: { key?: string } & Content & Patience): Promise<SendReply>;
  delete(target: EventId, options?: { key?: string } & Patience): Promise<SendReply>;
  /** Adds this user's reaction to a message; removes it with `on: false`. */
  react(target: EventId, name: string, options?: { on?: boolean } & Patience): Promise<ReactReply>;
  /** Pins a message; ends that with `on: false`. */
  pin(target: EventId, options?: { on?: boolean } & Patience): Promise<void>;
  /** Loads a page of events, in ascending order: the newest ones, or those of a part of the log. */
  history(page?: Part & Patience): Promise<HistoryReply>;
  /** Finds messages that have all words, newest first. With `next` in the reply, go on with it as `before`. */
  search(words: string, options?: Filter & Patience): Promise<SearchReply>;
  /** Reports a message to the moderators of the room and to the admins. Its author does not notice. */
  report(target: EventId, reason: string, options?: Patience): Promise<ReportReply>;
  /**
   * Sends a signal of the application to everyone in the room. It is not stored and may be lost. Rejects with `lost` if
   * there is no link now.
   * @param name `[a-z0-9_.-]{1,32}` @param data at most 1 KB as JSON
   */
  signal(name: string, data: Record<string, unknown>): Promise<void>;
  /** Tells the room that the user is typing, or has stopped. Call it at most every 3 seconds. Fails as `signal`. */
  typing(on: boolean): Promise<void>;
  /**
   * Marks everything up to an event as read, for a member. With `known`, only if that is the mark now: otherwise it
   * rejects with `conflict`. Without `known` the call may undo an `unread` of another device.
   */
  read(upTo: EventId, options?: { known?: EventId } & Patience): Promise<ReadReply>;
  /** Moves the mark back, so that `from` is the first unread event. */
  unread(from: EventId, options?: Patience): Promise<ReadReply>;
  /**
   * Gives every event, `gap` and `reset` from now on. If the room is not joined, the loop joins it, and leaves it at
   * its end. The loop ends when this client leaves the room or closes the connection. It throws any other reason for
   * the end.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Told, void>;
}

/** Connects, and reconnects until `close()`. Returns at once, in the state `connecting`. */
export declare function connect(options?: Options): Connection;

/** What a client has to do after a close code, by the range of the code. */
export declare function adviceOf(closeCode: number): 'away' | 'later' | 'now' | 'retry';

/** A new idempotency key for `send`. */
export declare function newKey(): string;

/** The sequence number in an id: its place in the order of its room. */
export declare function seqOf(id: EventId): number;
