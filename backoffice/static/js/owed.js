// Stickers that this table owes: noted when a box is packed, struck out when its sticker has gone to the print window.  A
// page that is left in the middle of a long row of prints goes on with the rest when it is opened again.
const KEEP_MS = 12 * 3600 * 1000;
const inHand = new Set(); // asked for by this page, not yet printed

/** The sticker was not let out: the server is away.  Everything else that goes wrong is for a person to see. */
export class NotReached extends Error {}

function name() { return `owed:${document.body.dataset.person ?? ""}`; }

function read() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(name())) ?? {});
    return new Map(kept.filter(([, at]) => Date.now() - at < KEEP_MS));
  } catch {
    return new Map();
  }
}

function write(owed) {
  try { localStorage.setItem(name(), JSON.stringify(Object.fromEntries(owed))); } catch { /* no room: printed while the page lives */ }
}

/** Orders whose stickers are owed, as texts, in the order in which they were packed. */
export function owedOrders() {
  return [...read()].sort(([, a], [, b]) => a - b).map(([order]) => order);
}

export function owe(order) {
  const owed = read();
  if (!owed.has(String(order))) write(owed.set(String(order), Date.now()));
}

export function settle(order) {
  const owed = read();
  if (owed.delete(String(order))) write(owed);
}

/** Whether this page is about to print it. */
export function isInHand(order) { return inHand.has(order); }

export function takeInHand(order) { inHand.add(order); }

/** Print by `work` the sticker owed to an order, in one of the tabs only; nothing where it is not owed any more. */
export async function payOff(order, work) {
  const once = async (lock) => {
    if (!lock || !read().has(String(order))) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof NotReached)) settle(order);
      throw error;
    }
    settle(order);
  };
  // The lock falls with the page; where the page is no secure context there is none.
  try {
    await (navigator.locks ? navigator.locks.request(`sticker:${order}`, { ifAvailable: true }, once) : once(true));
  } finally {
    inHand.delete(order);
  }
}
