import { Composer } from './chat/composer.js';
import { Entrance } from './chat/entrance.js';
import { LinkView } from './chat/link-view.js';
import { avatar, LogView, make } from './chat/log-view.js';
import { browser, tab } from './chat/memory.js';
import { claimTab } from './chat/own-tab.js';
import { countOf, RoomList } from './chat/room-list.js';
import { Session } from './chat/session.js';
import { WayMenu } from './chat/way-menu.js';
import { calledOf, ROOM_ID, roomIdOf, whyClosed, whyQuiet } from './chat/words.js';

/** The page. It shows the entrance until the user has a name, then rooms on one connection. The hash is the current room. */

const $ = (id) => document.getElementById(id);
/** @type {Session | undefined} */
let session;
/** @type {import('./chat/talk.js').Talk | undefined} */
let current;
/** Whether only one view fits. Then the page without a hash is the room list. In the browser's history it precedes each room. */
const phone = matchMedia('(max-width: 719px)');

const view = new LogView({
  log: $('log'), list: $('messages'), me: () => session?.me, scrolled: looked,
  linked: () => session?.state === 'open' && navigator.onLine, // without a network the client will soon find the link dead
});
const composer = new Composer({ form: $('composer'), text: $('text'), length: $('length'), slow: $('slow'), button: $('send'), send: (text) => {
  view.newAfter(undefined);
  view.toBottom();
  current?.send(text);
} });
$('enter-again').addEventListener('click', () => current?.again());
const roomList = new RoomList($('rooms'));
const linkView = new LinkView({
  states: [$('state'), $('state-side')], words: [$('state-word'), $('state-side')], way: $('state-way'), said: $('state-said'),
  banner: $('banner'), text: $('banner-text'), wait: $('banner-wait'), again: $('again'),
});
const wayMenu = new WayMenu({ menu: $('ways'), list: $('way-list'), choose: (way) => {
  session?.choose(way);
  carried();
} });
const entrance = new Entrance({
  view: $('entrance'), form: $('enter'), name: $('name'), room: $('first-room'), refusal: $('refusal'), enter: (name, room) => {
    tab.set('name', name);
    browser.set('name', name);
    if (roomOfHash() !== room) history.replaceState(null, '', `#${room}`);
    enter(name);
  },
});

// ---- entering and leaving -------------------------------------------------------------------------

function showEntrance(refusal) {
  $('app').hidden = true;
  entrance.show({
    name: tab.get('name') ?? browser.get('name') ?? '', room: roomOfHash() ?? current?.id ?? 'general', refusal,
  });
  document.title = 'Bincang';
}

function enter(name) {
  entrance.hide();
  $('app').hidden = false;
  showMe({ id: name, name });
  session = new Session(name, { state: stateChanged, transport: carried, changed, welcome: ({ user, limits }) => {
    showMe(user);
    composer.limit = limits.textLength;
  } });
  carried();
  const id = roomOfHash();
  if (phone.matches && id !== undefined && !history.state?.aboveList) {
    history.replaceState(null, '', location.pathname);
    history.pushState({ aboveList: true }, '', `#${id}`);
  }
  follow();
}

function stateChanged(change) {
  if (change.state === 'closed' && change.error?.code === 'unauthorized') {
    return signOut(`The server did not let you in: ${change.error.message}.`);
  }
  linkView.update(change);
  carried();
  changed();
}

function carried() {
  linkView.carry(session?.carries, session?.way);
  wayMenu.show(session?.way, session?.carries);
}

function signOut(refusal) {
  session?.end();
  session = undefined;
  showEntrance(refusal);
  current = undefined;
}
$('sign-out').addEventListener('click', () => signOut());
$('again').addEventListener('click', () => session?.reopen());

addEventListener('pagehide', () => {
  if (!session) return;
  if (current) current.draft = composer.draft;
  session.keepDrafts();
});

function showMe(user) {
  avatar($('me-avatar'), user);
  $('me-name').textContent = calledOf(user);
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

/** Opens the room of the hash. Called when the hash changes, and when the user enters. */
function follow() {
  if (!session) return;
  const id = roomOfHash() ?? (phone.matches ? undefined : [...session.talks.keys()][0]);
  if (id !== undefined && roomOfHash() !== id) history.replaceState(null, '', `#${id}`);
  turn(id === undefined ? undefined : session.join(id));
}
addEventListener('hashchange', () => {
  if (phone.matches && session && !current && roomOfHash() !== undefined) history.replaceState({ aboveList: true }, '');
  follow();
});
phone.addEventListener('change', follow);

function turn(talk) {
  if (current) current.draft = composer.draft;
  const before = current?.id;
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
  if (!talk && phone.matches) $('rooms').querySelector(`a[href="#${before}"]`)?.focus();
  else if (matchMedia('(min-width: 720px) and (hover: hover)').matches && talk) composer.focus();
  else $('title').focus({ preventScroll: true });
}

$('join').addEventListener('submit', (event) => {
  event.preventDefault();
  const id = roomIdOf($('room').value);
  const good = ROOM_ID.test(id);
  $('join-problem').textContent = good ? '' : 'Use only lower-case letters, digits, dots and dashes.';
  $('join-problem').hidden = good;
  if (!good) return;
  $('room').value = '';
  if (roomOfHash() === id) turn(session.join(id));
  else location.hash = id;
});

$('leave').addEventListener('click', () => {
  if (!current) return;
  session.leave(current);
  if (phone.matches) return toList();
  const next = [...session.talks.keys()].at(-1);
  history.replaceState(null, '', next ? `#${next}` : location.pathname);
  follow();
});

$('rooms').addEventListener('click', (event) => {
  if (event.target.closest('a')?.getAttribute('href') === `#${current?.id}`) turn(current); // the hash stays the same, so there is no hashchange event
});
$('back').addEventListener('click', toList);

function toList() {
  if (history.state?.aboveList) return history.back();
  history.replaceState(null, '', location.pathname);
  follow();
}

function showView(name) {
  $('app').dataset.view = name;
}

// ---- what has changed -----------------------------------------------------------------------------

let scheduled = false;
function changed() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
  setTimeout(run, 250); // a hidden page draws no frames, but its title shows the unread count
}

function run() {
  if (!scheduled) return;
  scheduled = false;
  if (!session) return;
  for (const talk of session.talks.values()) if (talk !== current || view.atBottom) talk.trim();
  view.update();
  show();
  looked();
}

/** Called when the user may see other messages. Marks visible messages as read, and loads older ones at the top. */
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

for (const type of ['online', 'offline']) addEventListener(type, changed);
document.addEventListener('visibilitychange', () => {
  if (!session || !current) return;
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
    $('older').textContent = timeline.fromTheBeginning ? `This is the beginning of ${current.id}` : 'Older messages are no longer kept';
  }
  if (older === 'failed') {
    const again = make('button', 'link', 'Older messages could not be loaded. Try again');
    again.addEventListener('click', () => current?.loadOlder());
    $('older').append(again);
  }
  $('empty').hidden = !bare || older === 'loading';
  $('empty').textContent = !current ? 'Join a room to begin.'
    : refusal ? 'You cannot enter this room.'
      : !current.caughtUp ? 'Entering…'
        : older === 'none' ? 'Nobody has said anything here yet.' : 'The messages of this room are no longer kept.';
  composer.off = refusal ? whyClosed(current) : current ? whyQuiet(current.standing) : '';
  composer.nextAt = current?.standing.nextAt ?? 0;
  $('enter-again').hidden = !refusal;
  showNewest();
}

function showRooms() {
  const elsewhere = roomList.show([...session?.talks.values() ?? []], current);
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

await claimTab();
const known = tab.get('name');
if (known && tab.get('rooms')) enter(known);
else showEntrance();
