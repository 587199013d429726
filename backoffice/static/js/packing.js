// Packing judged in the page: which order the item is for, whether it is complete.  Pure: changes `known`, draws nothing.
import { goods, say } from "./known.js";

const SLOT = /^BO-SLOT-(\d{1,6})$/;

/**
 * Judge one scan at the table.
 *
 * known: as `floor.selectors.packing.known` gives it; `known.open` is the order on this table.
 * Returns {outcome, word, title?, text, context: {order}, packed?} or null when only the server can say.
 */
export function judge(known, code, { connected = true } = {}) {
  const word = code.trim().toUpperCase();
  const open = known.orders.find((order) => order.id === known.open);
  if (word === "BO-CANCEL") { known.open = null; return null; }
  if (known.open && !open) return null; // less urgent than all that are known here: only the server knows what it needs
  const slot = word.match(SLOT);
  if (slot) return open ? null : opened(known, known.orders.find((order) => order.slot === Number(slot[1]) && left(order)));
  if (word.startsWith("BO-")) return null;
  const { skus, marking } = goods(known, code);
  if (!skus.length) return open ? null : opened(known, known.orders.find((order) => order.number === code.trim() && left(order)));
  if (open) return verify(known, open, skus, marking, code, connected);
  const wanting = known.orders.filter((order) => order.lines.some((line) => skus.includes(line.sku) && line.verified < line.pieces));
  const loose = wanting.filter((order) => !order.slot);
  // As the server does: orders whose piece has been picked come before others, the most urgent first.
  const picked = loose.find((order) => order.lines.some((line) => skus.includes(line.sku) && line.picked > 0));
  const next = picked ?? loose[0] ?? (wanting.length === 1 ? wanting[0] : null);
  if (next) { known.open = next.id; return verify(known, next, skus, marking, code, connected); }
  if (wanting.length) {
    const places = wanting.map((order) => order.slot).sort((a, b) => a - b).slice(0, 8).join(", ");
    return { outcome: "wrong", word: say("which"), text: say("whichText", { code: code.trim(), places }) };
  }
  return connected ? null : { outcome: "wrong", word: say("wrong"), text: say("nobody", { code: code.trim() }) };
}

/** Pieces of an order that are not verified. */
export function left(order) {
  return order.lines.reduce((sum, line) => sum + line.pieces - line.verified, 0);
}

function opened(known, order) {
  if (!order) return null;
  known.open = order.id;
  return { outcome: "accepted", word: say("open"), text: say("scanItems", { number: order.number }), context: { order: order.id } };
}

function verify(known, order, skus, marking, code, connected) {
  const context = { order: order.id };
  const own = order.lines.filter((line) => skus.includes(line.sku));
  if (!own.length) return { outcome: "wrong", word: say("wrong"), text: say("notNeeded", { code: code.trim(), number: order.number }), context };
  const line = own.find((each) => each.verified < each.pieces);
  if (!line) return { outcome: "already", text: say("enough", { code: own[0].code, number: order.number }), context };
  if (line.marked && !marking) return { outcome: "wrong", word: say("mark"), text: say("markText", { code: line.code }), context };
  // Only the server knows what lies on the scale.
  if (line.weighed) return connected ? null : { outcome: "wrong", word: say("weigh"), text: say("weighText", { code: line.code }), context };
  known.marks ??= [];
  if (line.marked && known.marks.includes(code)) return { outcome: "already", text: say("enough", { code: line.code, number: order.number }), context };
  if (line.marked) known.marks.push(code);
  line.verified += 1;
  if (line.picked > 0) line.picked -= 1;
  const units = order.lines.reduce((sum, each) => sum + each.pieces, 0);
  if (left(order)) {
    const text = say("progress", { code: line.code, verified: units - left(order), units, number: order.number });
    return { outcome: "accepted", word: say("accepted"), title: line.name, text, context };
  }
  known.open = null;
  // The sticker comes out only when the server has said that the order is not cancelled.
  const text = say(connected ? "packedSent" : "packedKept", { number: order.number });
  return { outcome: "accepted", word: say("packed"), title: line.name, text, context, packed: true };
}
