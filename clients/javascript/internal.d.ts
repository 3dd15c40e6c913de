/** What the modules of this client are to each other; nobody else needs it. */

import type { BincangError, Clock, Options, Patience, Pending, State, Transport } from './index.js';
import type { Outbox } from './outbox.js';
import type { Command, EventId, User, Welcome } from './protocol.js';

/** Exactly one of them is called, once, in the order of the frames: before any later one is looked at. */
export interface Answer {
  done(reply: any): void;
  failed(error: BincangError): void;
}

/**
 * What every transport is to the rest, from dialling to its end; it never comes back, the connection makes a new one.
 *
 *   dialling ──welcome──▶ welcomed ──close, error, silence──▶ ended
 *      └──close, refusal, deadline──────────────────────────────┘
 *
 * Callbacks run synchronously in the order of the frames: what a welcome or a join's answer says is in force before the
 * next push is looked at. A promise would be a step late.
 */
export interface Link {
  request(command: Command, answer: Answer): void;
  /** Asks for a sign of life, and ends the link if none comes within so long. */
  verify(ms: number): void;
  /** Ends at once; what is not answered has failed as `lost`. */
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
  /** For dialling and hello together. */
  deadlineMs: number;
  /** What long polls have learnt: how short a wait has to be. */
  patience: { step: number };
  onWelcome(welcome: Welcome): void;
  onPush(frame: any): void;
  onEnd(error: BincangError): void;
}

/** Reads an answer that goes on; `within` so long there has to be more of it. */
export type Read<T> = (response: Response, within: (ms: number) => void) => Promise<T>;
export interface Call { method?: string; body?: string; headers?: Record<string, string>; token?: string; ms: number; abort?: AbortController }
export type Listen = (stale: () => boolean, ms: number) => Promise<void>;

export type Dial = (transport: Transport, deadlineMs: number, failed: (error: BincangError) => void) => Promise<void>;

/** A room of a link by HTTP: without a position it begins with the `last` newest events. */
export interface Place {
  at?: EventId;
  last?: number;
  join?: Answer;
  /** What is not beyond this seq was not asked for. */
  floor?: number;
}

/** Whose commands a lane carries, and over what. */
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
  /** Called before any later frame is looked at, unlike the promise. */
  answered?: (reply: any) => void;
  /** When and by whom it went out before, as far as is known. */
  since?: number;
  user?: string;
  /** Before what waits. */
  first?: boolean;
}

/**
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
export interface Entry {
  room: string;
  key: string;
  text: string;
  replyTo?: EventId;
  at: number;
  user?: string;
}
