// What a scan page knows by itself: fetched from the server, kept for the time without network, brought up to date when
// the queue is empty.  `take(known)` gets each new copy; scans that the server has not seen yet are applied on top by it.
const EVERY_MS = 20000;
const KEEP_MS = 12 * 3600 * 1000;

/**
 * Follow `url`; returns {refresh, scanned, keep}: refresh asks anew as soon as nothing waits to be sent, keep(known) writes
 * down what a judged scan has changed, so that a page opened anew without network goes on from there.
 */
export function follow(url, take) {
  const name = `known:${document.body.dataset.person ?? ""}:${url}`;
  let idle = false;
  let asked = 0;
  let due = true;

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      if (kept && Date.now() - kept.at < KEEP_MS) take(kept.known);
    } catch { /* nothing usable is kept */ }
  }

  async function ask() {
    const number = ++asked;
    due = false;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) return;
      const known = await answer.json();
      // Older than a scan made meanwhile, or than a later question: not to be believed.
      if (number !== asked || !idle) { due = true; return; }
      take(known);
      keep(known);
      document.dispatchEvent(new Event("scan:reached"));
    } catch { due = true; }
  }

  function keep(known) {
    try { localStorage.setItem(name, JSON.stringify({ at: Date.now(), known })); } catch { /* no room: judged while the page lives */ }
  }

  recall();
  document.addEventListener("scan:state", (event) => {
    const { state, waiting } = event.detail;
    idle = state !== "signin" && waiting === 0;
    if (idle && due) ask();
  });
  if (document.documentElement.dataset.queueIdle === "1") { idle = true; ask(); }
  setInterval(() => { if (idle && !document.hidden) ask(); }, EVERY_MS);
  return { refresh() { due = true; }, scanned() { idle = false; }, keep };
}

/** SKU ids that a scanned code means, and whether it is a marking code: its goods are named by the GTIN inside. */
export function goods(known, code) {
  const plain = code.trim().replace(/^\x1d+/, "");
  const marking = /^01\d{14}21/.test(plain) && plain.length >= 25;
  if (!marking) return { skus: known.codes[plain] ?? known.codes[plain.toLowerCase()] ?? [], marking };
  const gtin = plain.slice(2, 16);
  const found = [gtin, gtin.slice(1), gtin.replace(/^0+/, "")].flatMap((digits) => known.codes[digits] ?? []);
  return { skus: [...new Set(found)], marking };
}

/** A sentence of #judgements with its {words} filled in. */
export function say(name, words = {}) {
  const text = document.getElementById("judgements").dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_whole, word) => words[word] ?? "");
}

/** Put a filled copy of a template into #work. */
export function draw(id, fill) {
  const copy = document.getElementById(id).content.cloneNode(true);
  fill?.(copy);
  document.getElementById("work").replaceChildren(copy);
}
