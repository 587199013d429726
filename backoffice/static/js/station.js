// What every scan page does: take the scan, answer from what the page knows, write it down, send it, show the answer.
//
// <body data-scan-url="…" data-queue="pack">; the server gets POST JSON {code, nonce, at, by, …data-scan-context}, `by`
// being the person who was signed in when the scan was made, and answers {outcome, word, title, text, code, photo, html,
// print, go}.  A page that can judge by itself listens for "scan:judge".
import { remark, show } from "./band.js";
import { owe } from "./owed.js";
import { printFile } from "./print.js";
import { createQueue } from "./queue.js";
import { createScanner } from "./scan.js";
import { text } from "./texts.js";

const KNOWN = new Set(["accepted", "wrong", "already", "stop", "idle"]);
let newest = ""; // the nonce of the scan that the band speaks of

function context() {
  const words = document.querySelector("[data-scan-context]")?.dataset.scanContext;
  return words ? JSON.parse(words) : {};
}

function send(scan) {
  return fetch(scan.url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-Requested-With": "scan",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    },
    body: JSON.stringify({ ...scan.context, code: scan.code, nonce: scan.nonce, at: scan.at, by: scan.by }),
    signal: AbortSignal.timeout?.(10000),
  });
}

/** What the page itself can say of a code at once: a listener of "scan:judge" sets `detail.answer`. */
function judge(code) {
  const event = new CustomEvent("scan:judge", { detail: { code, answer: null } });
  document.dispatchEvent(event);
  return event.detail.answer;
}

async function answered(scan, body, status) {
  const answer = KNOWN.has(body.outcome) ? body : { outcome: status < 400 ? "accepted" : "wrong", text: body.message ?? "", ...body };
  if (!KNOWN.has(answer.outcome)) answer.outcome = "wrong";
  // An answer to an earlier scan must not cover a later one, unless it is bad news.
  if (scan.nonce === newest || answer.outcome === "wrong" || answer.outcome === "stop") {
    const heard = scan.nonce === newest && scan.shown === answer.outcome;
    show({ code: scan.code, ...answer }, { silent: heard });
  }
  // The page has gone on by itself meanwhile: what stood here after an earlier scan would take it back.
  const latest = scan.nonce === newest || !newest;
  if (latest && typeof answer.html === "string") replaceWork(answer.html);
  if (answer.packed) owe(answer.order);
  const now = document.dispatchEvent(new CustomEvent("scan:answer", { cancelable: true, detail: { scan, answer, latest } }));
  if (answer.print && now) await print(answer, scan);
  if (answer.go) location.assign(answer.go);
}

function replaceWork(html) {
  const focused = document.activeElement?.id;
  document.getElementById("work").innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function print(answer, scan) {
  try {
    await printFile(answer.print, { order: answer.packed ? String(answer.order) : "" });
  } catch {
    // Printing takes its time: the band may speak of a later scan by now, perhaps that its order must not leave.
    if (scan.nonce === newest) show({ outcome: "wrong", text: text("printFailed") });
    else remark(text("printFailed"));
  }
}

function tellState({ state, waiting, failed }) {
  const bar = document.getElementById("offline");
  const kind = failed ? "failed" : state === "ok" ? (waiting > 1 ? "sending" : "") : state;
  bar.hidden = !kind || (waiting === 0 && !failed && kind !== "offline");
  if (bar.hidden) return;
  bar.dataset.kind = kind;
  const words = (bar.dataset[kind] ?? "").replace("{count}", failed || waiting);
  if (bar.textContent !== words) bar.textContent = words;
}

/** Make this page a scan page. */
export async function startStation({ url, queueName }) {
  let lastCode = "";
  // Asked for, the browser does not clear what is kept when it runs short of space.
  navigator.storage?.persist?.();
  const queue = await createQueue({
    name: `scans:${queueName}`,
    connected: !document.documentElement.dataset.kept,
    send,
    onAnswer: answered,
    onState(state) {
      tellState(state);
      // Kept on the document, too: a page's own module may come to listen later than this.
      document.documentElement.dataset.queueIdle = state.state === "ok" && state.waiting === 0 ? "1" : "0";
      document.dispatchEvent(new CustomEvent("scan:state", { detail: state }));
      const band = document.getElementById("band");
      if (state.state === "offline" && band?.dataset.outcome === "pending") show({ outcome: "kept", code: lastCode });
    },
  });
  document.addEventListener("scan:reached", () => queue.reached());
  async function onScan(code, { nonce, at }) {
    newest = nonce;
    lastCode = code;
    const own = judge(code);
    show(own ? { code, ...own } : { outcome: "pending", code }, { silent: !own });
    const place = { ...context(), ...own?.context };
    document.documentElement.dataset.queueIdle = "0";
    await queue.add({ url, code, nonce, at, by: document.body.dataset.person ?? "", context: place, shown: own?.outcome ?? "" });
  }

  const scanner = createScanner({
    onScan,
    onRepeat(code, { bySelf }) {
      if (!bySelf) show({ outcome: "already", text: document.getElementById("texts").dataset.repeat, code });
    },
    onKey(key) {
      const button = document.querySelector(`[data-hotkey="${key}"]`);
      button?.click();
      return Boolean(button);
    },
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-scan-form]")) return;
    event.preventDefault();
    const field = event.target.elements.code;
    scanner.submit(field.value);
    field.value = "";
    field.blur();
  });
  // A button that stands for a control barcode goes the same road as its scan.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-scan-code]");
    if (button) scanner.submit(button.dataset.scanCode);
  });
  document.documentElement.dataset.station = "ready";
  return { queue, scanner };
}
