import { startCountdowns } from "./countdown.js";
import { start } from "./live.js";
import { printOnClick } from "./print.js";
import { startStation } from "./station.js";

const { scanUrl, queue = "floor" } = document.body.dataset;
if (scanUrl) startStation({ url: scanUrl, queueName: queue });
startCountdowns();
start();
printOnClick();

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-cycle]")) return;
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  dispatchEvent(new Event("theme-changed"));
});
