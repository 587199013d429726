// Choosing rows of a list: the bar appears with the first chosen row and says how many; Shift chooses a run.
import { text } from "./texts.js";

let last = null;
const boxes = () => [...document.querySelectorAll("[data-select-row]")];

function refresh() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr")?.classList.toggle("chosen", box.checked));
  const head = document.querySelector("[data-select-all]");
  if (head) {
    head.checked = all.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  bar.querySelector("[data-bulk-count]").textContent = `${text("chosen")}: ${chosen.length}`;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-select-row]");
  if (!box) return;
  if (event.shiftKey && last) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
  refresh();
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-select-all]")) {
    boxes().forEach((box) => { box.checked = event.target.checked; });
    refresh();
  } else if (event.target.matches?.("[data-select-row]")) {
    refresh();
  }
});

document.addEventListener("live:updated", refresh);
document.addEventListener("htmx:afterSwap", refresh);
refresh();
