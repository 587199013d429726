// Stickers that come later than the last scan: printed by themselves once, when the parcel's sticker has arrived.
import { printFile } from "./print.js";

const list = document.getElementById("parcels");
const waiting = new Set();

function look() {
  for (const parcel of list.querySelectorAll("[data-parcel]")) {
    const { parcel: order, ready } = parcel.dataset;
    if (ready === "0") waiting.add(order);
    else if (waiting.delete(order)) {
      const link = parcel.querySelector("a[data-print]");
      if (link) printFile(link.href).catch(() => waiting.add(order));
    }
  }
}

look();
new MutationObserver(look).observe(list, { childList: true, subtree: true });
