/** The five transports, from the most efficient one to the one that always works. */
export const WAYS = [
  {
    transport: 'websocket', name: 'WebSocket', what: 'Full duplex: one connection, a few bytes a frame',
    still: 'Won, because it costs the least both ways and waits for nobody.',
  },
  {
    transport: 'stream', name: 'HTTP stream', what: 'Simplex: an answer without end (Comet)',
    still: 'Still here where an answer comes piece by piece, and where a proxy knows no upgrade.',
  },
  {
    transport: 'sse', name: 'Server-sent events', what: 'Simplex: the same, in the form of the HTML standard',
    still: 'Still the least work for news that only go down: browsers have a class for it.',
  },
  {
    transport: 'longpoll', name: 'Long poll', what: 'Half duplex: a question that waits for news',
    still: 'Still gets through where a proxy gathers answers before it passes them on.',
  },
  {
    transport: 'poll', name: 'Poll', what: 'Half duplex: a question every two seconds',
    still: 'Still the one that nothing stops, and all that a script needs.',
  },
];

/** @param {import('/client/index.js').Transport | undefined} transport */
export function nameOf(transport) {
  return WAYS.find((way) => way.transport === transport)?.name;
}
