// Keeps the pages that go on without a network, and all that they load.  Written for each version of the files: a changed
// list is a new worker, which takes over only when everything of its own is here.
const KEPT = {{ kept|safe }}; // {version, assets: [address], pages: regular expression of paths, offline: address}
const ASSETS = `floor-assets-${KEPT.version}`;
const PAGES = `floor-pages-${KEPT.version}`;
const KEPT_PAGE = new RegExp(KEPT.pages);
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/; // never another content under this name
const SLOW_MS = 6000; // a kept page is better than a longer wait
const DOWN = [502, 503, 504]; // the proxy answers, the server does not

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(page(event, path));
  else if (KEPT.assets.includes(path)) event.respondWith(asset(request, path));
});

async function install() {
  await (await caches.open(ASSETS)).addAll([...KEPT.assets, KEPT.offline]);
  await Promise.all((await pagesInUse()).map(keepAnew));
  await skipWaiting();
}

async function activate() {
  const stale = (await caches.keys()).filter((name) => name.startsWith("floor-") && name !== ASSETS && name !== PAGES);
  await Promise.all(stale.map((name) => caches.delete(name)));
  await clients.claim();
}

/** Paths of the pages that are open, or were kept by the worker before this one. */
async function pagesInUse() {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const before = (await caches.keys()).filter((name) => name.startsWith("floor-pages-"));
  const kept = await Promise.all(before.map(async (name) => (await caches.open(name)).keys()));
  const paths = [...open, ...kept.flat()].map(({ url }) => new URL(url).pathname);
  return [...new Set(paths)].filter((path) => KEPT_PAGE.test(path));
}

/** Refused where the network is gone: then the worker before this one, and what it keeps, stay. */
async function keepAnew(path) {
  await keep(path, await fetch(path, { credentials: "same-origin", redirect: "manual" }));
}

/** A good page is kept; one that leads elsewhere (signed out, the wave is over) is forgotten. */
async function keep(path, answer) {
  const pages = await caches.open(PAGES);
  if (answer.ok) await pages.put(path, answer);
  else if (!DOWN.includes(answer.status)) await pages.delete(path);
}

/** From the network wherever there is one, so that no page is older than the server. */
async function page(event, path) {
  const kept = KEPT_PAGE.test(path) ? await (await caches.open(PAGES)).match(path) : undefined;
  const asked = fetch(event.request);
  asked.catch(() => {});
  try {
    const answer = await (kept ? Promise.race([asked, late()]) : asked);
    if (kept && DOWN.includes(answer.status)) return marked(kept);
    if (KEPT_PAGE.test(path)) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch {
    return kept ? marked(kept) : (await caches.match(KEPT.offline)) ?? Response.error();
  }
}

function late() {
  return new Promise((_, refuse) => setTimeout(refuse, SLOW_MS, new Error("slow")));
}

/** The page is told that it was kept: what stands on it is of then. */
async function marked(kept) {
  const html = (await kept.text()).replace("<html ", '<html data-kept="1" ');
  return new Response(html, { headers: kept.headers });
}

async function asset(request, path) {
  const kept = await caches.match(path, { cacheName: ASSETS });
  if (kept && NAMED_BY_CONTENT.test(path)) return kept;
  try {
    return await fetch(request);
  } catch {
    return kept ?? Response.error();
  }
}
