import { announce, text } from "./texts.js";
import { toast } from "./toasts.js";

// The clipboard exists in secure contexts only; over plain HTTP in a local network the button stays hidden.
function reveal() {
  if (navigator.clipboard) document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(text("copied"));
    toast(text("copied"), "success");
  } catch {
    getSelection()?.selectAllChildren(button.previousElementSibling);
  }
});

document.addEventListener("live:updated", reveal);
document.addEventListener("htmx:afterSwap", reveal);
reveal();
