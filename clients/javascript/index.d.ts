/** The package's exports with their types, kept by hand beside the JSDoc of the modules. */

import type {
  AuditEvent, Deleted, Drain, Edited, ErrorCode, EventId, Gap, HistoryReply, InboxEvent, JoinReply, Limits, MemberEvent,
  Message, Reset, RoomChange, RoomEvent, SendReply, TokenExpiring, User, Welcome,
} from './protocol.js';

export type * from './protocol.js';

/** By preference: `websocket`, `stream` and `longpoll` unless chosen otherwise. */
export type Transport = 'websocket' | 'stream' | 'longpoll' | 'sse' | 'poll';

/** `connecting`: it keeps trying · `open` · `closed`: refused, or closed by this client. */
export type State = 'connecting' | 'open' | 'closed';

export interface StateChange {
  state: State;
  /** Why it is not open. */
  error?: BincangError;
  /** While connecting: until the next attempt; not there during one. */
  waitMs?: number;
}

/** As of `sessionStorage`; one per tab, so that no two clients send the same. */
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
  /** Of the endpoint (…/ws) or of the server (…/), http: or ws:, relative to the page; `/ws` unless given. */
  url?: string | (() => string | Promise<string>);
  /** Several, tried in turn, beginning anywhere. */
  urls?: (string | (() => string | Promise<string>))[];
  /** The name to be known by, where guests are allowed. */
  guest?: string;
  /**
   * A bearer token, or what fetches one: asked at each attempt, and when the server says that the token expires.
   * Beside `guest` the token kept from an earlier visit.
   */
  token?: string | (() => string | Promise<string>);
  /** The ways to try, in this order. */
  transports?: Transport[];
  /** Where there is no global one. */
  WebSocket?: new (url: string, protocol: string) => any;
  fetch?: typeof fetch;
  /** Keeps messages not yet acknowledged, and the transport that worked, over a reload. */
  store?: Store;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** What fires `online` and has a document that fires `visibilitychange`. */
  page?: any;
}

/**
 * How long a caller waits; without either, for as long as it takes. What was not sent by then is not sent any more. What
 * was may yet have its effect: repeat it with the same `key`.
 */
export interface Patience {
  /** Rejects with `aborted`, whose `cause` is the signal's reason. */
  signal?: AbortSignal;
  /** Rejects with `timeout`. */
  timeoutMs?: number;
}

/** A message of an earlier life, or one that the server has lost, that goes out again with its key. */
export interface Pending {
  room: string;
  key: string;
  text: string;
  replyTo?: EventId;
  /** When it was written. */
  at: number;
  /** Rejects with `unknown` where it is too old to be sent again. */
  sent: Promise<SendReply>;
}

export interface ConnectionEvents {
  state: StateChange;
  /** Each link's; that of a poll has the protocol's defaults as limits. */
  welcome: Welcome;
  transport: Transport;
  /** A guest's token: keep it, it makes the same guest again. */
  token: string;
  token_expiring: TokenExpiring;
  drain: Drain;
  pending: Pending;
}

export interface RoomEvents {
  message: Message;
  edited: Edited;
  deleted: Deleted;
  member: MemberEvent;
  room: RoomChange;
  inbox: InboxEvent;
  audit: AuditEvent;
  /** Each of the above once more, in order. */
  event: RoomEvent;
  gap: Gap;
  reset: Reset;
  /** No access, or not any more: the room was left. */
  denied: BincangError;
  /** The room was left, or the connection closed, with why where this client did not wish it. */
  end: BincangError | undefined;
}

/** What `for await` of a room gives. */
export type Told = RoomEvent | Gap | Reset;

/**
 * `lost`: the link broke; `closed`: this connection is over; `unknown`: sent or not, nobody can tell; `aborted`: this
 * application gave it up, by `signal` or `leave()`; `timeout`: `timeoutMs` is over.
 */
export type Code = ErrorCode | 'lost' | 'closed' | 'unknown' | 'aborted' | 'timeout';

export declare class BincangError extends Error {
  constructor(
    code: Code, message: string, detail?: { retry?: boolean; retryAfterMs?: number; closeCode?: number; cause?: unknown },
  );
  code: Code;
  /** Whether the same may succeed later. */
  retry: boolean;
  /** How long the server asks to wait. */
  retryAfterMs: number | undefined;
  /** The close code behind it, if there was one. */
  closeCode: number | undefined;
}

/**
 * The way to a server, over as many links as it takes.
 *
 *   connecting ──welcome──▶ open ──link lost, 41xx, 42xx──▶ connecting      (it keeps trying)
 *       └──40xx, close()──▶ closed ◀──40xx, close()──┘      closed ──reopen()──▶ connecting
 */
export declare class Connection {
  private constructor();
  /** As the server knows them; undefined before the first welcome. */
  user: User | undefined;
  limits: Limits | undefined;
  /** Which one carries, or carried last. */
  transport: Transport | undefined;
  get state(): State;
  /** The room of that id, always the same object; nothing is joined yet. */
  room(id: string): Room;
  /**
   * A listener of `state` is told the present state in a moment, so that it may come late.
   * @returns what takes the listener off again
   */
  on<K extends keyof ConnectionEvents>(type: K, listener: (event: ConnectionEvents[K]) => void): () => void;
  /** Ends it for good; what was not acknowledged is rejected with `closed`. */
  close(): void;
  /** Begins anew after `closed`: rooms stay joined and keep their positions. */
  reopen(): void;
}

/**
 * A room as this connection sees it.
 *
 *   out ──join()──▶ joining ──ok──▶ joined ──leave(), denied──▶ out
 *                      ▲               │ link lost: stays joined, the next hello resumes it
 *                      └───────────────┘ link lost before the first of `last` events came: joins again
 */
export declare class Room implements AsyncIterable<Told> {
  private constructor();
  readonly id: string;
  get state(): 'out' | 'joining' | 'joined';
  /** The id of the last event seen, for `join({after})` in a later life. */
  get position(): EventId | undefined;
  /** @returns what takes the listener off again */
  on<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => void): () => void;
  /**
   * What came after `after`, or the newest `last` events, then all that follows; without either, from now on. A join
   * while joined or joining gives the answer of the first, and counts: the room is left when each join was left.
   */
  join(from?: { after?: EventId; last?: number } & Patience): Promise<JoinReply>;
  /**
   * Takes back one `join`. With the last one the room is left, whatever was pending of joins rejects with `aborted`, and
   * this resolves when the server will push no more of it. Where nothing is joined it does nothing.
   */
  leave(options?: Patience): Promise<void>;
  /** Posts a message; resolves when it is in the room's log. In order, and once, over broken links. */
  send(text: string, options?: { key?: string; replyTo?: EventId } & Patience): Promise<SendReply>;
  edit(target: EventId, text: string, options?: { key?: string } & Patience): Promise<SendReply>;
  delete(target: EventId, options?: { key?: string } & Patience): Promise<SendReply>;
  /** Older events, ascending; `more` tells whether there are still older ones. */
  history(page?: { before?: EventId; limit?: number } & Patience): Promise<HistoryReply>;
  /**
   * Every event, `gap` and `reset` from here on. If the room is not joined it joins it, and leaves it at the end of the
   * loop. Ends when the room is left or the connection closed by this client, throws where that was not its wish.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Told, void>;
}

/** Connects, and stays connected until told otherwise. Returns at once, in the state `connecting`. */
export declare function connect(options?: Options): Connection;

/** What a close code tells a client to do, by its range. */
export declare function adviceOf(closeCode: number): 'away' | 'later' | 'now' | 'retry';

/** A key for `send`. */
export declare function newKey(): string;

/** The place of an id in its room's order. */
export declare function seqOf(id: EventId): number;
