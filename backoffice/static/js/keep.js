// Starts the worker that keeps pages for the time without a network, and takes up a new version when nobody is at work.
const LOOK_MS = 10 * 60 * 1000;
const QUIET_MS = 60 * 1000;
const { worker, knownUrl } = document.body.dataset;
let touched = Date.now();

async function start() {
  const before = navigator.serviceWorker.controller;
  const registration = await navigator.serviceWorker.register(worker);
  setInterval(() => registration.update().catch(() => {}), LOOK_MS);
  if (!before || !knownUrl) return;
  // Another worker has taken over: this page is older than the server.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    const look = () => { if (atRest()) location.reload(); };
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
  }, { once: true });
}

function atRest() {
  const sent = document.documentElement.dataset.queueIdle === "1";
  return sent && (document.hidden || Date.now() - touched > QUIET_MS);
}

// Absent where the page came over plain HTTP; refused in private windows of some browsers.
if (worker && navigator.serviceWorker) {
  for (const event of ["keydown", "pointerdown"]) addEventListener(event, () => { touched = Date.now(); }, true);
  start().catch(() => {});
}
