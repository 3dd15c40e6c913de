import { BincangError, lost } from './errors.js';

/** @import { Call, LinkOptions, Read } from './internal.js' */

/**
 * One request; rejects with a BincangError, `lost` where no server spoke.
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
      code: after ? 'unavailable' : 'lost', // of somebody on the way, as long as it does not say better
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

/** Who this client is: by a token, by what fetches one, or as a guest, whose token is the server's. */
export class Identity {
  #guest;
  #token;
  /** @type {string | undefined} */
  #mine;
  #keep;

  /** @param {import('./index.js').Options} options @param {(token: string) => void} keep of a guest */
  constructor({ guest, token }, keep) {
    this.#guest = guest;
    this.#token = token;
    this.#keep = keep;
    if (guest != null && typeof token === 'string') this.#mine = token;
  }

  /** What hello says. @param {LinkOptions} on @param {string} url */
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

  /** @param {string} [token] */
  welcomed(token) {
    if (this.#guest != null && token) this.#keep(this.#mine = token);
  }

  /** Another token, where there is where to ask. */
  async fresh() {
    if (typeof this.#token !== 'function') return undefined;
    const token = await this.#token();
    if (typeof token !== 'string') throw new TypeError('token() gave no string');
    return token;
  }

  /** Whether there may be another token. @param {boolean} wasOpen it was good before */
  refused(wasOpen) {
    const another = this.#mine !== undefined || (wasOpen && typeof this.#token === 'function');
    this.#mine = undefined; // too old, or the server has new keys: the same name, another guest
    return another;
  }
}

/** Whose a JWT is, as it says itself: an answer to a poll does not. @param {string} token */
function userOf(token) {
  try {
    const bytes = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
    const { sub, name = sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))));
    return { id: sub, name };
  } catch {
    return undefined;
  }
}
