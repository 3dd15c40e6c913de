/** The types that the modules of this client share. Applications do not need them. */

import type { BincangError, Clock, Options, Patience, Pending, State, Transport } from './index.js';
import type { Outbox } from './outbox.js';
import type { Command, Content, EventId, Placement, User, Welcome } from './protocol.js';

/**
 * The callbacks of a command. Exactly one of them is called, once, in the order of the frames: before any later frame
 * is handled.
 */
export interface Answer {
  done(reply: any): void;
  failed(error: BincangError): void;
}

/**
 * One link over any transport, from dialling to its end. An ended link is not reused; the connection makes a new one.
 *
 *   dialling ──welcome──▶ welcomed ──close, error, silence──▶ ended
 *      └──close, refusal, deadline──────────────────────────────┘
 *
 * Callbacks run synchronously in the order of the frames. So a welcome or a join's answer takes effect before the
 * next push is handled. A promise would run one step too late.
 */
export interface Link {
  request(command: Command, answer: Answer): void;
  /** Asks the server for an answer, and ends the link if no frame comes within `ms` milliseconds. */
  verify(ms: number): void;
  /** Ends the link at once. Unanswered commands fail with `lost`. */
  end(error: BincangError): void;
}

export interface ConnectionOptions extends Omit<Options, 'urls'> {
  urls: (() => Promise<string>)[];
  transports: Transport[];
  clock: Clock;
  random: () => number;
}

export interface LinkOptions extends Omit<Options, 'urls'> {
  clock: Clock;
  transport: Transport;
  user?: User;
  /** The time limit for dialling and hello together. */
  deadlineMs: number;
  /** Shared by all long polls of a connection: the step of the wait that the proxies tolerate. */
  patience: { step: number };
  onWelcome(welcome: Welcome): void;
  onPush(frame: any): void;
  onEnd(error: BincangError): void;
}

/** Reads a response that may continue. `within(ms)` sets the time limit for its next part. */
export type Read<T> = (response: Response, within: (ms: number) => void) => Promise<T>;
export interface Call { method?: string; body?: string; headers?: Record<string, string>; token?: string; ms: number; abort?: AbortController }
export type Listen = (stale: () => boolean, ms: number) => Promise<void>;

export type Dial = (transport: Transport, deadlineMs: number, failed: (error: BincangError) => void) => Promise<void>;

/** A room of an HTTP link. Without a position it starts with the `last` newest events. */
export interface Place {
  at?: EventId;
  last?: number;
  join?: Answer;
  /** Events up to this seq were not requested, and are dropped. */
  floor?: number;
}

/** The user and the link of a lane. */
export interface Host {
  state: State;
  link: Link | null;
  user?: User;
  clock: Clock;
  random: () => number;
}

export interface RoomHost extends Host {
  outbox: Outbox;
  pending(message: Pending): void;
}

export interface Wish extends Patience {
  /** Called before any later frame is handled, unlike the promise. */
  answered?: (reply: any) => void;
  /** When, and by which user, the command was first sent, if known. */
  since?: number;
  user?: string;
  /** Puts the command before the waiting ones. */
  first?: boolean;
}

/**
 * A command in a lane.
 *
 *   waiting ──link open──▶ under way ──ok──▶ resolved
 *      ▲                      ├──error, not to be retried──▶ rejected
 *      └──lost · retryAfterMs─┘   the same command goes out again, first in its lane
 */
export interface Job extends Wish {
  command: () => Command;
  internal: number;
  resolve(reply: any): void;
  reject(error: BincangError): void;
}

/** A message that is not acknowledged yet. */
export interface Entry extends Placement, Content {
  room: string;
  key: string;
  text: string;
  at: number;
  user?: string;
}
