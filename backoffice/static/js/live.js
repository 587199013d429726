// Parts of a page that follow the server.  An element with data-live-url is asked for every two seconds with the version
// it has: 204 means nothing new; 200 brings the new inside and, in X-Live-Version, its version.
import { announce } from "./texts.js";

const EVERY_MS = 2000;
const SLOWEST_MS = 30000;
const states = new WeakMap();

async function ask(element) {
  const state = states.get(element) ?? { wait: EVERY_MS, next: 0, busy: false };
  states.set(element, state);
  if (state.busy || Date.now() < state.next) return;
  state.busy = true;
  try {
    const address = new URL(element.dataset.liveUrl, location.href);
    address.searchParams.set("version", element.dataset.liveVersion ?? "");
    const answer = await fetch(address, { headers: { "X-Requested-With": "live" }, credentials: "same-origin", redirect: "manual" });
    if (answer.status === 200) put(element, await answer.text(), answer.headers.get("X-Live-Version"));
    else if (answer.status !== 204) throw new Error(String(answer.status));
    state.wait = EVERY_MS;
    delete element.dataset.stale;
  } catch {
    state.wait = Math.min(state.wait * 2, SLOWEST_MS);
    element.dataset.stale = "";
  }
  state.next = Date.now() + state.wait - EVERY_MS / 2;
  state.busy = false;
}

// What a person is in the middle of stays: focus, selection, open details, ticked boxes, scroll; typing is not disturbed.
function put(element, html, version) {
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  if (active?.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
  const focused = active ? keyOf(active) : null;
  const open = [...element.querySelectorAll("details[open]")].map(keyOf);
  const ticked = [...element.querySelectorAll("input:checked")].map(keyOf);
  const scrolled = [...element.querySelectorAll(".table-wrap")].map((wrap) => [wrap.scrollLeft, wrap.scrollTop]);
  const said = saidBy(element);
  const template = document.createElement("template");
  template.innerHTML = html;
  element.replaceChildren(template.content);
  element.dataset.liveVersion = version ?? "";
  for (const part of element.querySelectorAll("details, input[type=checkbox], input[type=radio], a, button, summary, [tabindex]")) {
    const key = keyOf(part);
    if (part.matches("details") && open.includes(key)) part.open = true;
    if (part.matches("input") && ticked.includes(key)) part.checked = true;
    if (focused && key === focused) { part.focus({ preventScroll: true }); }
  }
  element.querySelectorAll(".table-wrap").forEach((wrap, index) => wrap.scrollTo(...(scrolled[index] ?? [0, 0])));
  globalThis.htmx?.process(element);
  if (saidBy(element) !== said) announce(saidBy(element));
  element.dispatchEvent(new CustomEvent("live:updated", { bubbles: true }));
}

function saidBy(element) {
  return element.querySelector("[data-live-say]")?.textContent.trim() ?? "";
}

// The same thing before and after the change: by id, by what it sends, by where it leads.
function keyOf(part) {
  const own = part.id || part.dataset.key || [part.getAttribute("name"), part.getAttribute("value"), part.getAttribute("href")].join("|");
  return `${part.tagName}:${own === "||" ? part.textContent.trim().slice(0, 60) : own}`;
}

function round() {
  if (document.hidden) return;
  document.querySelectorAll("[data-live-url]").forEach(ask);
}

/** Begin to follow; the page asks nothing while its tab is hidden and asks at once when it is shown again. */
export function start() {
  round();
  setInterval(round, EVERY_MS / 2);
  document.addEventListener("visibilitychange", round);
  addEventListener("online", () => {
    document.querySelectorAll("[data-live-url]").forEach((element) => states.delete(element));
    round();
  });
}
