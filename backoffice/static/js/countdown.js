// Time left to a moment, by the server's clock: <span data-countdown="ISO" data-now="ISO"><strong></strong></span>.
const SOON_S = 30 * 60;

function write(element) {
  element.skew ??= element.dataset.now ? Date.parse(element.dataset.now) - Date.now() : 0;
  const left = Math.round((Date.parse(element.dataset.countdown) - Date.now() - element.skew) / 1000);
  element.dataset.state = left < 0 ? "late" : left < SOON_S ? "soon" : "far";
  const seconds = Math.abs(left);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const words = `${left < 0 ? "−" : ""}${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  const place = element.querySelector("strong") ?? element;
  if (place.textContent !== words) place.textContent = words;
}

/** Begin to count on every element with data-countdown, also those that come later. */
export function startCountdowns() {
  const round = () => document.querySelectorAll("[data-countdown]").forEach(write);
  round();
  setInterval(round, 1000);
  document.addEventListener("live:updated", round);
}
