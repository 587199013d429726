// The packing table: judges scans by itself, prints stickers that come later than the last scan, takes photos of boxes.
import { remark, show as showBand } from "./band.js";
import { draw, follow, say } from "./known.js";
import { isInHand, owe, owedOrders, settle } from "./owed.js";
import { judge } from "./packing.js";
import { printFile } from "./print.js";
import { text } from "./texts.js";

const list = document.getElementById("parcels");
const listUrl = list.dataset.liveUrl;
const MOST_OWED = 100; // asked for at once; the rest when some of these are settled
const left = new Set(owedOrders()); // by a page before this one: they come first

// Printed by itself once, when the parcel's sticker has arrived; in the order in which the boxes were packed.
function look() {
  for (const parcel of list.querySelectorAll('[data-ready="0"]')) owe(parcel.dataset.parcel);
  if (askForOwed()) return;
  for (const parcel of owedOrders().map(rowOf)) {
    if (!parcel || parcel.dataset.ready === "0" || isInHand(parcel.dataset.parcel)) continue;
    const { parcel: order, unsure } = parcel.dataset;
    // Without the attribute it is printed already, or a print agent has it.
    const link = parcel.querySelector("a[data-print]");
    if (link) printFile(link.href, { order }).catch(() => remark(text("printFailed")));
    else if (unsure === undefined) settle(order);
    else parcel.dataset.doubt = ""; // a page before this one was left with its print window: only a person can see
  }
}

function rowOf(order) { return list.querySelector(`[data-parcel="${order}"]`); }

/** The list shows the last parcels; what is owed is to stand in it, too, however long ago it was packed.  True: it will. */
function askForOwed() {
  const owed = owedOrders().slice(0, MOST_OWED);
  list.dataset.liveUrl = owed.length ? `${listUrl}?owed=${owed.join(",")}` : listUrl;
  const told = new Set(list.querySelector("[data-owed]")?.dataset.owed.split(","));
  const missing = owed.filter((order) => !rowOf(order));
  for (const order of missing.filter((each) => told.has(each))) settle(order); // the server does not know it
  const wanted = missing.some((order) => !told.has(order));
  if (wanted) list.dataset.liveVersion = "";
  return wanted;
}

function drawTable(known) {
  const order = known.orders.find((each) => each.id === known.open);
  if (!order) { draw("over-template"); return; }
  draw("job-template", (copy) => {
    copy.querySelector('[data-part="number"]').textContent = order.number;
    const slot = copy.querySelector('[data-part="slot"]');
    slot.textContent = order.slot ? `${slot.dataset.word} ${order.slot}` : "";
    const lines = copy.querySelector('[data-part="lines"]');
    for (const line of order.lines) {
      const row = document.getElementById("line-template").content.cloneNode(true);
      row.querySelector("li").className = line.verified < line.pieces ? "now" : "done";
      row.querySelector('[data-part="name"]').textContent = line.name;
      row.querySelector('[data-part="code"]').textContent = line.code;
      row.querySelector('[data-part="pieces"]').textContent = `${line.verified} / ${line.pieces}`;
      lines.append(row);
    }
  });
}

function begin(url) {
  let known = null;
  let connected = !document.documentElement.dataset.kept;
  const following = follow(url, (fresh) => { known = fresh; if (!connected) drawTable(known); });
  document.addEventListener("scan:state", (event) => { connected = event.detail.state === "ok"; });
  document.addEventListener("scan:judge", (event) => {
    following.scanned();
    if (!known) return;
    // A packed box waits for its sticker: only the server knows which code that is.
    if (document.querySelector('[data-open-order][data-packed="1"]') && connected) return;
    const answer = judge(known, event.detail.code, { connected });
    event.detail.answer = answer;
    following.keep(known);
    if (answer?.outcome === "accepted") drawTable(known);
  });
  document.addEventListener("scan:answer", (event) => {
    const { scan, answer, latest } = event.detail;
    if (!known) return;
    if (scan.shown !== answer.outcome) following.refresh();
    if (!connected || !latest) return;
    known.open = Number(document.querySelector('[data-open-order][data-packed="0"]')?.dataset.openOrder) || null;
    if (known.open && !known.orders.some((order) => order.id === known.open)) following.refresh();
  });
}

async function sendPhoto(form) {
  const data = new FormData(form);
  form.reset();
  try {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json" } });
    const { message } = await answer.json();
    showBand({ outcome: answer.ok ? "accepted" : "wrong", word: answer.ok ? say("photoKept") : "", text: message });
  } catch {
    showBand({ outcome: "wrong", text: say("photoFailed") });
  }
}

document.addEventListener("scan:answer", (event) => {
  if (!event.detail.answer.packed) return;
  askForOwed();
  // Printed in its turn by the list, once that has come.
  if (owedOrders().some((order) => left.has(order) && !rowOf(order) && !isInHand(order))) event.preventDefault();
});
look();
new MutationObserver(look).observe(list, { childList: true, subtree: true });
if (document.body.dataset.knownUrl) begin(document.body.dataset.knownUrl);
const photo = document.querySelector("[data-photo-form]");
photo?.querySelector("[data-photo]").addEventListener("click", () => photo.elements.photo.click());
photo?.elements.photo.addEventListener("change", () => { if (photo.elements.photo.files.length) sendPhoto(photo); });
