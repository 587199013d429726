import { remark } from "./band.js";
import { startCountdowns } from "./countdown.js";
import { start } from "./live.js";
import { printOnClick } from "./print.js";
import "./forget.js";
import "./keep.js";
import "./lock.js";
import { startStation } from "./station.js";

const { scanUrl, queue = "floor" } = document.body.dataset;
if (scanUrl) startStation({ url: scanUrl, queueName: queue }).then(offerCamera);
// Work screens have one place where they speak.
document.addEventListener("toast", (event) => remark(event.detail.text));
startCountdowns();
start();
printOnClick();

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-cycle]")) return;
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  dispatchEvent(new Event("theme-changed"));
});

// Only where there is one: browsers hide cameras from pages that came over plain HTTP.
async function offerCamera({ scanner }) {
  const button = document.querySelector("[data-camera-open]");
  const panel = document.getElementById("camera");
  if (!button || !panel || !navigator.mediaDevices?.getUserMedia) return;
  const { createCamera } = await import("./camera.js");
  createCamera({ panel, button, files: panel.dataset, onCode: (code) => scanner.submit(code) });
  button.hidden = false;
}
