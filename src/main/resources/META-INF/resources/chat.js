import { connect } from '/client/index.js';
import { Composer } from './chat/composer.js';
import { LinkView } from './chat/link-view.js';
import { avatar, LogView, make } from './chat/log-view.js';
import { browser, tab } from './chat/memory.js';
import { countOf, RoomList } from './chat/room-list.js';
import { Talk } from './chat/talk.js';
import { cleanText, ROOM_ID, roomIdOf } from './chat/words.js';

/** The page: an entrance until somebody has a name, then rooms on one connection. The hash is the current room. */

const $ = (id) => document.getElementById(id);
/** @type {import('/client/index.js').Connection | undefined} */
let connection;
/** @type {Map<string, Talk>} */
const talks = new Map();
/** @type {Talk | undefined} */
let current;

const me = () => connection?.user?.id;
const linked = () => connection?.state === 'open';
const view = new LogView({ log: $('log'), list: $('messages'), me, linked, scrolled: looked });
const composer = new Composer({ form: $('composer'), text: $('text'), length: $('length'), send: (text) => {
  view.newAfter(undefined);
  view.toBottom();
  current?.send(text);
} });
const roomList = new RoomList($('rooms'));
const linkView = new LinkView({
  states: [$('state'), $('state-side')], banner: $('banner'), text: $('banner-text'), wait: $('banner-wait'), again: $('again'),
});

// ---- the entrance ---------------------------------------------------------------------------------

function showEntrance(refusal) {
  $('app').hidden = true;
  $('entrance').hidden = false;
  $('name').value = tab.get('name') ?? browser.get('name') ?? '';
  $('first-room').value = roomOfHash() ?? current?.id ?? 'general';
  $('refusal').textContent = refusal ?? '';
  $('refusal').hidden = !refusal;
  document.title = 'Bincang';
  $('name').focus();
}

$('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = cleanText($('name').value);
  const room = roomIdOf($('first-room').value);
  $('first-room').setCustomValidity(ROOM_ID.test(room) ? '' : 'A room is named with small letters, digits, dots and dashes.');
  if (!$('enter').reportValidity() || name === '') return;
  tab.set('name', name);
  browser.set('name', name);
  if (roomOfHash() !== room) history.replaceState(null, '', `#${room}`);
  enter(name);
});
$('first-room').addEventListener('input', () => $('first-room').setCustomValidity(''));

function enter(name) {
  $('entrance').hidden = true;
  $('app').hidden = false;
  connection = connect({ guest: name, token: tab.get('token') });
  connection.on('token', (token) => tab.set('token', token));
  connection.on('welcome', ({ user, limits }) => {
    showMe(user);
    composer.limit = limits.textLength;
  });
  connection.on('state', (change) => {
    if (change.state === 'closed' && change.error?.code === 'unauthorized') {
      return signOut(`The server did not let you in: ${change.error.message}.`);
    }
    linkView.update(change);
    changed();
  });
  linkView.update({ state: connection.state });
  showMe({ id: name, name });
  for (const id of tab.get('rooms') ?? []) if (ROOM_ID.test(id)) join(id);
  follow();
}

function signOut(refusal) {
  const leaving = connection;
  connection = undefined;
  leaving?.close();
  talks.clear();
  current = undefined;
  for (const name of ['token', 'rooms', 'read']) tab.set(name, undefined);
  showEntrance(refusal);
}
$('sign-out').addEventListener('click', () => signOut());

$('again').addEventListener('click', () => {
  connection?.reopen();
  for (const id of talks.keys()) join(id);
});

function showMe(user) {
  avatar($('me-avatar'), user);
  $('me-name').textContent = user.name;
}

// ---- rooms ----------------------------------------------------------------------------------------

function roomOfHash() {
  let typed = location.hash.slice(1);
  try {
    typed = decodeURIComponent(typed);
  } catch {
    return undefined;
  }
  const id = roomIdOf(typed);
  return ROOM_ID.test(id) ? id : undefined;
}

function join(id) {
  let talk = talks.get(id);
  if (!talk) {
    talk = new Talk(connection.room(id), { me, readSeq: tab.get('read')?.[id], changed });
    talks.set(id, talk);
    tab.set('rooms', [...talks.keys()]);
  }
  if (talk.room.state === 'out') talk.enter();
  return talk;
}

/** The hash has changed, or there is somebody to follow it now. */
function follow() {
  if (!connection) return;
  const id = roomOfHash() ?? [...talks.keys()][0];
  if (id !== undefined && roomOfHash() !== id) history.replaceState(null, '', `#${id}`);
  turn(id === undefined ? undefined : join(id));
}
addEventListener('hashchange', follow);

function turn(talk) {
  if (current) current.draft = composer.draft;
  current = talk;
  showView(talk ? 'talk' : 'rooms');
  $('title').textContent = talk?.id ?? 'No room';
  $('leave').hidden = $('composer').hidden = !talk;
  composer.draft = talk?.draft ?? '';
  composer.room = talk?.id;
  if (talk) view.turnTo(talk);
  else $('messages').replaceChildren();
  show();
  looked();
  if (matchMedia('(min-width: 720px) and (hover: hover)').matches && talk) composer.focus();
  else $('title').focus({ preventScroll: true });
}

$('join').addEventListener('submit', (event) => {
  event.preventDefault();
  const id = roomIdOf($('room').value);
  const good = ROOM_ID.test(id);
  $('join-problem').textContent = good ? '' : 'Small letters, digits, dots and dashes only.';
  $('join-problem').hidden = good;
  if (!good) return;
  $('room').value = '';
  if (roomOfHash() === id) turn(join(id));
  else location.hash = id;
});

$('leave').addEventListener('click', () => {
  if (!current) return;
  const leaving = current;
  leaving.exit();
  talks.delete(leaving.id);
  tab.set('rooms', [...talks.keys()]);
  const next = [...talks.keys()].at(-1);
  history.replaceState(null, '', next ? `#${next}` : location.pathname);
  follow();
});

$('rooms').addEventListener('click', (event) => {
  if (event.target.closest('a')?.getAttribute('href') === `#${current?.id}`) turn(current); // no hashchange comes
});
$('back').addEventListener('click', () => {
  showView('rooms');
  ($('rooms').querySelector('[aria-current]') ?? $('room')).focus();
});

function showView(name) {
  $('app').dataset.view = name;
}

// ---- what has changed -----------------------------------------------------------------------------

let scheduled = false;
function changed() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
  setTimeout(run, 250); // a hidden page draws no frames, but its title counts
}

function run() {
  if (!scheduled) return;
  scheduled = false;
  if (!connection) return;
  for (const talk of talks.values()) if (talk !== current || view.atBottom) talk.trim();
  view.update();
  show();
  looked();
}

/** The user looks at something: unread messages in view are read, older ones may be wanted. */
function looked() {
  view.scrolled();
  const visible = !document.hidden && $('log').clientHeight > 0;
  if (current && visible && view.atBottom && current.read()) {
    tab.set('read', { ...tab.get('read'), [current.id]: current.readSeq });
    showRooms();
  }
  if (current?.older === 'some' && current.caughtUp && visible && view.atTop) current.loadOlder();
  showNewest();
}

document.addEventListener('visibilitychange', () => {
  if (!connection || !current) return;
  if (document.hidden) view.newAfter(current.readSeq);
  else looked();
});
$('newest').addEventListener('click', () => {
  view.toBottom();
  composer.focus();
});

function show() {
  showRooms();
  const { older, timeline, refusal } = current ?? { older: 'none', timeline: { entries: [], unsent: [] } };
  const bare = timeline.entries.length + timeline.unsent.length === 0;
  $('older').replaceChildren();
  if (older === 'loading') $('older').textContent = 'Loading older messages…';
  if (older === 'none' && !bare) {
    $('older').textContent = timeline.fromTheBeginning ? `This is where ${current.id} begins` : 'What was said before is no longer kept';
  }
  if (older === 'failed') {
    const again = make('button', 'link', 'Older messages could not be loaded. Try again');
    again.addEventListener('click', () => current?.loadOlder());
    $('older').append(again);
  }
  $('empty').hidden = !bare || older === 'loading';
  $('empty').textContent = !current ? 'Join a room to begin.'
    : refusal ? `There is no way into this room: ${refusal.message}.`
      : !current.caughtUp ? 'Entering…'
        : older === 'none' ? 'Nobody has said anything here yet.' : 'Nothing is kept here any more.';
  composer.off = refusal !== undefined;
  showNewest();
}

function showRooms() {
  const elsewhere = roomList.show([...talks.values()], current);
  $('back-unread').hidden = elsewhere === 0;
  $('back-unread').textContent = countOf(elsewhere);
  $('back').setAttribute('aria-label', elsewhere > 0 ? `Rooms, ${elsewhere} unread` : 'Rooms');
  const all = elsewhere + (current?.unread ?? 0);
  document.title = `${all > 0 ? `(${all}) ` : ''}${current ? `${current.id} · ` : ''}Bincang`;
}

function showNewest() {
  $('newest').hidden = !current || view.atBottom;
  $('newest-text').textContent = current?.unread > 0 ? `${current.unread} new` : 'Newest';
}

const known = tab.get('name');
if (known && tab.get('token')) enter(known);
else showEntrance();
