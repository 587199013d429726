// One window for all.  data-confirm on a form or a submit button asks first; data-window on a link opens that page's
// [data-window-content] in the window.  Without script both still work: the form is sent, the page opens.
import { text } from "./texts.js";
import { toast } from "./toasts.js";

const box = document.getElementById("window");
const body = box?.querySelector("[data-window-body]");

function show(content) {
  body.replaceChildren(content);
  globalThis.htmx?.process(body);
  if (!box.open) box.showModal();
  (body.querySelector("[autofocus], input:not([type=hidden]), select, textarea") ?? body.querySelector("button, a"))?.focus();
}

/** Ask a question; resolves to true when the person says yes. */
export function ask(question, { explanation = "", yes = "" } = {}) {
  const content = document.getElementById("confirm-template").content.cloneNode(true);
  content.querySelector("[data-confirm-question]").textContent = question;
  content.querySelector("[data-confirm-text]").textContent = explanation;
  const agree = content.querySelector("[data-confirm-yes]");
  if (yes) agree.textContent = yes;
  return new Promise((resolve) => {
    let answer = false;
    agree.addEventListener("click", () => { answer = true; box.close(); });
    box.addEventListener("close", () => resolve(answer), { once: true });
    show(content);
  });
}

async function openPage(link) {
  try {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "window" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("[data-window-content]");
    if (!answer.ok || !content) { location.assign(link.href); return; }
    show(document.adoptNode(content));
  } catch {
    toast(text("offline"), "error");
  }
}

if (box) {
  document.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("#window [data-close]")) { event.preventDefault(); box.close(); return; }
    const link = event.target.closest("a[data-window]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); openPage(link); }
  });

  // In the capture phase: before htmx and before the guard against double sending.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    const asking = button?.dataset.confirm !== undefined ? button : form.dataset.confirm !== undefined ? form : null;
    if (!asking || form.dataset.agreed) { delete form.dataset.agreed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { confirm, confirmText, confirmYes } = asking.dataset;
    if (await ask(confirm, { explanation: confirmText, yes: confirmYes })) {
      form.dataset.agreed = "1";
      form.requestSubmit(button);
    }
  }, true);
}
