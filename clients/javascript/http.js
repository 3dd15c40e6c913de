import { BincangError, lost } from './errors.js';

/** @import { Call, LinkOptions, Read } from './internal.js' */

/**
 * Sends one request. Rejects with a BincangError, which is `lost` if no server answered.
 * @template [T=any]
 * @param {LinkOptions} on
 * @param {string} url of the server
 * @param {string} path
 * @param {Call} request
 * @param {Read<T>} [read]
 */
export async function call(on, url, path, { token, ms, abort = new AbortController(), ...request }, read = (response) => response.json()) {
  const address = new URL(path, url);
  address.protocol = address.protocol.replace('ws', 'http');
  /** @type {any} */
  let timer;
  /** @param {number} ms */
  const within = (ms) => {
    on.clock.clearTimeout(timer);
    timer = on.clock.setTimeout(() => abort.abort(), ms);
  };
  within(ms);
  try {
    const response = await /** @type {typeof fetch} */ (on.fetch)(address.href, {
      cache: 'no-store',
      ...request,
      headers: {
        'Content-Type': 'application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...request.headers,
      },
      signal: abort.signal,
    });
    if (response.ok) return await read(response, within);
    const after = response.headers.get('Retry-After') ?? '';
    const refusal = {
      code: after ? 'unavailable' : 'lost', // from a proxy, unless the body has a code
      message: `HTTP ${response.status}`,
      retry: true,
      retryAfterMs: Number(after) * 1000 || Date.parse(after) - Date.now() || undefined,
      ...await response.json().catch(() => {}),
    };
    throw new BincangError(refusal.code, refusal.detail ?? refusal.message, refusal);
  } catch (error) {
    throw error instanceof BincangError ? error : lost('no answer', error);
  } finally {
    on.clock.clearTimeout(timer);
  }
}

/** The identity of this client: a token, a function that fetches one, or a guest, whose token comes from the server. */
export class Identity {
  #guest;
  #token;
  /** @type {string | undefined} */
  #mine;
  #keep;

  /** @param {import('./index.js').Options} options @param {(token: string) => void} keep stores a guest's token */
  constructor({ guest, token }, keep) {
    this.#guest = guest;
    this.#token = token;
    this.#keep = keep;
    if (guest != null && typeof token === 'string') this.#mine = token;
  }

  /** The identity fields of hello. @param {LinkOptions} on @param {string} url */
  async hello(on, url) {
    const http = on.transport !== 'websocket';
    if (this.#guest != null && this.#mine === undefined) {
      if (!http) return { guest: this.#guest };
      const body = JSON.stringify({ name: this.#guest });
      const { user, token } = await call(on, url, 'api/guests', { method: 'POST', body, ms: on.deadlineMs });
      on.user = user;
      this.welcomed(token);
    }
    const token = this.#mine ?? (typeof this.#token === 'function' ? await this.fresh() : this.#token);
    if (http) on.user ??= userOf(/** @type {string} */ (token));
    return { token };
  }

  /** Keeps a guest's token. @param {string} [token] */
  welcomed(token) {
    if (this.#guest != null && token) this.#keep(this.#mine = token);
  }

  /** Fetches another token; undefined if there is no function for it. */
  async fresh() {
    if (typeof this.#token !== 'function') return undefined;
    const token = await this.#token();
    if (typeof token !== 'string') throw new TypeError('token() gave no string');
    return token;
  }

  /** Whether another token may work. @param {boolean} wasOpen whether the refused token had worked before */
  refused(wasOpen) {
    const another = this.#mine !== undefined || (wasOpen && typeof this.#token === 'function');
    this.#mine = undefined; // expired, or the server has new keys: the next attempt makes a new guest with the same name
    return another;
  }
}

/** The user of a JWT, read from its claims, because a poll response does not name the user. @param {string} token */
function userOf(token) {
  try {
    const bytes = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
    const { sub, name = sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
    return { id: sub, name };
  } catch {
    return undefined;
  }
}
