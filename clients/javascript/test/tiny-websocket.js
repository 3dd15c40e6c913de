import { randomBytes } from 'node:crypto';
import { request } from 'node:http';

/** The part of a WebSocket (RFC 6455) that a client needs. Node has its own only from version 22. */
export class TinyWebSocket {
  readyState = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  #socket;
  #rest = Buffer.alloc(0);
  #text = [];
  #closed = [1006, ''];

  constructor(url, protocol) {
    const upgrade = request(url.replace('ws', 'http'), { headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'), 'Sec-WebSocket-Protocol': protocol,
    } });
    this.destroy = () => upgrade.destroy();
    upgrade.on('error', () => this.#end());
    upgrade.on('response', () => upgrade.destroy());
    upgrade.on('upgrade', (_, socket, head) => {
      this.#socket = socket;
      this.destroy = () => socket.destroy();
      socket.on('data', (data) => this.#came(data));
      socket.on('error', () => {});
      socket.on('close', () => this.#end());
      this.readyState = 1;
      this.onopen?.({});
      if (head.length > 0) this.#came(head);
    });
    upgrade.end();
  }

  send(text) {
    this.#write(1, Buffer.from(text));
  }

  close(code = 1000) {
    this.readyState = 3;
    if (this.#socket?.writable) this.#write(8, Buffer.from([code >> 8, code & 255]));
    this.#socket?.end();
    this.#socket ?? this.destroy();
  }

  #write(opcode, payload) {
    const size = payload.length;
    const length = size < 126 ? [size] : size < 65536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255];
    const mask = randomBytes(4);
    this.#socket.write(Buffer.concat([
      Buffer.from([0x80 | opcode, 0x80 | length[0], ...length.slice(1)]), mask, payload.map((byte, i) => byte ^ mask[i & 3])]));
  }

  #came(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      const short = rest[1] & 127;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < head) return;
      const size = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      if (rest.length < head + size) return;
      this.#rest = rest.subarray(head + size);
      this.#frame(rest[0], rest.subarray(head, head + size));
    }
  }

  #frame(first, payload) {
    const opcode = first & 15;
    if (opcode === 9) return this.#write(10, payload);
    if (opcode === 8) {
      this.#closed = payload.length < 2 ? [1005, ''] : [payload.readUInt16BE(0), payload.subarray(2).toString()];
      return this.#socket.end();
    }
    if (opcode > 2) return;
    this.#text.push(payload);
    if (first & 0x80) this.receive(Buffer.concat(this.#text.splice(0)).toString());
  }

  receive(data) {
    this.onmessage?.({ data });
  }

  #end() {
    this.readyState = 3;
    const [code, reason] = this.#closed;
    this.onclose?.({ code, reason });
    this.onclose = null;
  }
}
