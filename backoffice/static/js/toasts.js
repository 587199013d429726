import { text } from "./texts.js";

const STAYS_MS = 7000;
const TONES = { success: "tone-green", error: "tone-red", warning: "tone-yellow" };
const ICONS = { success: "check", error: "warning", warning: "warning" };

/** Show a message; an error stays until it is closed, the others leave by themselves. */
export function toast(sentence, level = "info") {
  const place = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!place || !template || !sentence) return;
  const line = template.content.firstElementChild.cloneNode(true);
  line.classList.remove("tone-blue");
  line.classList.add(TONES[level] ?? "tone-blue");
  line.dataset.toast = level;
  if (level === "error") line.setAttribute("role", "alert");
  const use = line.querySelector("svg use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[level] ?? "info"}`));
  line.querySelector("p").textContent = sentence;
  place.append(line);
  letGo(line);
}

function letGo(line) {
  if (line.dataset.toast === "error") return;
  const leave = () => {
    if (line.matches(":hover, :focus-within")) setTimeout(leave, STAYS_MS);
    else line.remove();
  };
  setTimeout(leave, STAYS_MS);
}

document.querySelectorAll("#toasts [data-toast]").forEach(letGo);
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove());

// A server answer may carry messages: HX-Trigger: {"toast": {"level": "success", "text": "…"}}
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
document.addEventListener("htmx:sendError", () => toast(text("offline"), "error"));
document.addEventListener("htmx:timeout", () => toast(text("offline"), "error"));
document.addEventListener("htmx:responseError", (event) => {
  toast(text(event.detail.xhr.status === 403 ? "refused" : "failed"), "error");
});
