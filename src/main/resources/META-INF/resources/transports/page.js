import { WAYS } from '/chat/ways.js';
import { Lane } from './lane.js';

/** Five connections of one guest in one room, each over a different transport, with the costs of each. */

const ROOM = 'transports';
const SHOW_MS = 500;

const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

const lanes = WAYS.map((way) => {
  const card = $('lane').content.firstElementChild.cloneNode(true);
  $('lanes').append(card);
  $('through').append(new Option(way.name, way.transport));
  return new Lane(way, card, trouble);
});

/** @param {any} error */
function trouble(error) {
  $('trouble').textContent = error?.message ?? String(error);
}

let turn = 0;
function send() {
  const chosen = lanes.find((lane) => lane.transport === $('through').value);
  (chosen ?? lanes[turn++ % lanes.length]).send();
}

let timer = 0;
function setRate() {
  clearInterval(timer);
  const rate = Number($('rate').value);
  if (rate > 0) timer = setInterval(() => document.hidden || send(), 1000 / rate);
}

/** Makes one guest for all connections. It uses a plain request, because every network lets that through. */
async function begin() {
  const answer = await fetch('/api/guests', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'Meter' }),
  });
  const { token, detail } = await answer.json();
  if (!answer.ok) throw new Error(`This server does not allow guests: ${detail}`);
  for (const lane of lanes) lane.open(token, ROOM);
  setRate();
}
begin().catch(trouble);

$('rate').addEventListener('change', setRate);
$('send').addEventListener('click', send);
$('reset').addEventListener('click', () => lanes.forEach((lane) => lane.reset()));
$('controls').addEventListener('submit', (event) => event.preventDefault());
setInterval(() => Lane.show(lanes), SHOW_MS);
