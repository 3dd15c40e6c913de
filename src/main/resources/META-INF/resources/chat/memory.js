/**
 * The data that survives a reload. The identity and its data belong to the tab, so two tabs can be two guests.
 * The browser's memory holds only suggestions for the form. If storage is disabled, nothing is remembered.
 * The client keeps `outbox` and `transport` in the tab, under the same prefix.
 */
const PREFIX = 'bincang.';

function read(storage, name) {
  try {
    return JSON.parse(globalThis[storage].getItem(PREFIX + name)) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage, name, value) {
  try {
    if (value === undefined) globalThis[storage].removeItem(PREFIX + name);
    else globalThis[storage].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // a private window or a full store: the page works without storage
  }
}

export const tab = {
  get: (name) => read('sessionStorage', name),
  set: (name, value) => write('sessionStorage', name, value),
};

export const browser = {
  get: (name) => read('localStorage', name),
  set: (name, value) => write('localStorage', name, value),
};

/** The tab's memory as a connection's `store`. After `letGo()` that connection can no longer change it. */
export function shelf() {
  let held = true;
  return {
    getItem: (name) => sessionStorage.getItem(name),
    setItem: (name, value) => held && sessionStorage.setItem(name, value),
    removeItem: (name) => held && sessionStorage.removeItem(name),
    letGo() {
      held = false;
    },
  };
}
