// A form is sent once: the second press of an impatient hand does nothing until the answer has come.
const GIVE_UP_MS = 15000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), GIVE_UP_MS);
});

function free(form) {
  delete form.dataset.sending;
  form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
}

// The page may come back from the browser's memory with its forms still marked.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(free));

function focusMarked(root) {
  root.querySelector("[data-focus]")?.focus();
}
focusMarked(document);
document.addEventListener("htmx:afterSwap", (event) => focusMarked(event.detail.target));

// A choice in the filters of a list applies at once; text waits for Enter.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (!form) return;
  const menu = event.target.closest("[data-choices]");
  if (menu) menu.dataset.changed = "";
  else if (event.target.matches("select, input[type=checkbox], input[type=date]")) form.requestSubmit();
});

// Several ticks in a menu apply together, when it is closed.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (menu.matches?.("[data-choices]") && !menu.open && "changed" in menu.dataset) menu.closest("form").requestSubmit();
}, true);

// Empty filters stay out of the address.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-filters], .top-search")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    const input = zone.querySelector("input[type=file]");
    if (kind === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
