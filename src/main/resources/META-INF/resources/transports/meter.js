/**
 * Counts the costs of a connection. It gives the client a `fetch` and a `WebSocket` that count the traffic. A browser
 * reports neither the headers that it adds to a request, nor the size of a response's head before the response ends.
 * Both are estimated from the headers that are known.
 */
export class Meter {
  messages = 0;
  requests = 0;
  up = 0;
  down = 0;
  /** @type {number[]} */
  #latencies = [];

  reset() {
    this.messages = this.requests = this.up = this.down = 0;
    this.#latencies = [];
  }

  /** @param {number | undefined} ms the latency, if this page sent the message */
  message(ms) {
    this.messages++;
    if (ms === undefined) return;
    this.#latencies.push(ms);
    if (this.#latencies.length > KEPT) this.#latencies.shift();
  }

  get latency() {
    const sorted = [...this.#latencies].sort((one, other) => one - other);
    return sorted[sorted.length >> 1];
  }

  /** @type {typeof fetch} */
  fetch = async (url, init = {}) => {
    this.requests++;
    this.up += requestSize(url, init);
    const answer = await fetch(url, init);
    this.down += headSize(answer);
    if (!answer.body) return answer;
    const chunked = !answer.headers.has('content-length');
    const counted = answer.body.pipeThrough(new TransformStream({
      transform: (bytes, out) => {
        this.down += bytes.byteLength + (chunked ? chunkSize(bytes.byteLength) : 0);
        out.enqueue(bytes);
      },
    }));
    return new Response(counted, answer);
  };

  /** @returns {typeof WebSocket} */
  get WebSocket() {
    const meter = this;
    return class extends WebSocket {
      /** @param {string} url @param {string | string[]} [protocols] */
      constructor(url, protocols) {
        super(url, protocols);
        meter.requests++;
        meter.up += requestSize(url, {}) + UPGRADE.length;
        meter.down += ACCEPT_SIZE;
        this.addEventListener('message', ({ data }) => meter.down += frameSize(data, 0));
      }

      /** @param {string} text */
      send(text) {
        meter.up += frameSize(text, MASK);
        super.send(text);
      }
    };
  }
}

const KEPT = 200;
/** A client's frames are masked (RFC 6455 section 5.3). */
const MASK = 4;
const UPGRADE = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: 0123456789012345678901==\r\n';
const ACCEPT_SIZE = 190;
const utf8 = new TextEncoder();

/** @param {string} text */
const sizeOf = (text) => utf8.encode(text).length;

/** @param {string} text @param {number} mask */
function frameSize(text, mask) {
  const payload = sizeOf(text);
  return payload + mask + (payload < 126 ? 2 : payload < 65536 ? 4 : 10);
}

/** The bytes around a chunk (RFC 9112 section 7.1): its length in hex, and two line ends. @param {number} length */
function chunkSize(length) {
  return length.toString(16).length + 4;
}

/** The estimated size of a request: the headers of the browser and of the client, and the body. */
function requestSize(/** @type {any} */ url, /** @type {RequestInit} */ { method = 'GET', headers = {}, body }) {
  const { pathname, search, host, origin } = new URL(url, location.href);
  const head = [
    `${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, 'Connection: keep-alive', 'Pragma: no-cache', 'Cache-Control: no-cache',
    `User-Agent: ${navigator.userAgent}`, 'Accept-Encoding: gzip, deflate, br, zstd', `Accept-Language: ${navigator.languages.join(',')}`,
    'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty', ...clientHints(),
    ...(method === 'GET' ? [] : [`Origin: ${origin}`, `Content-Length: ${sizeOf(String(body)).toString()}`]),
    ...[...new Headers({ Accept: '*/*', ...headers })].map(([name, value]) => `${name}: ${value}`),
  ];
  return sizeOf(head.join('\r\n')) + 4 + (typeof body === 'string' ? sizeOf(body) : 0);
}

/** The headers that Chromium adds on a secure page. */
function clientHints() {
  const { brands, mobile, platform } = /** @type {any} */ (navigator).userAgentData ?? {};
  if (!brands) return [];
  const list = brands.map((/** @type {any} */ { brand, version }) => `"${brand}";v="${version}"`).join(', ');
  return [`sec-ch-ua: ${list}`, `sec-ch-ua-mobile: ?${Number(mobile)}`, `sec-ch-ua-platform: "${platform}"`];
}

/** @param {Response} answer */
function headSize(answer) {
  const head = [`HTTP/1.1 ${answer.status} OK`, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`)];
  return sizeOf(head.join('\r\n')) + 4;
}
