/** The five transports, from the most efficient one to the one that always works. */
export const WAYS = [
  {
    transport: 'websocket', name: 'WebSocket', what: 'Full duplex: one connection, a few bytes per frame',
    still: 'The best choice: it costs the least in both directions and adds no delay.',
  },
  {
    transport: 'stream', name: 'HTTP stream', what: 'Simplex: a response that does not end (Comet)',
    still: 'For networks whose proxy does not support WebSocket but passes on a response piece by piece.',
  },
  {
    transport: 'sse', name: 'Server-sent events', what: 'Simplex: the same, in the format of the HTML standard',
    still: 'The least work if the client only listens: browsers have a class for it.',
  },
  {
    transport: 'longpoll', name: 'Long poll', what: 'Half duplex: a request that waits for events',
    still: 'For networks whose proxy collects a whole response before it passes it on.',
  },
  {
    transport: 'poll', name: 'Poll', what: 'Half duplex: a request every two seconds',
    still: 'Works in every network, and is enough for a script.',
  },
];

/** @param {import('/client/index.js').Transport | undefined} transport */
export function nameOf(transport) {
  return WAYS.find((way) => way.transport === transport)?.name;
}
