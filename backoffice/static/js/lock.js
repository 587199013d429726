// A shared table locks itself when nobody has touched it for a while.  Only in sessions opened by badge.
const form = document.querySelector("[data-lock-form]");
const AFTER_MS = Number(form?.dataset.lockAfter ?? 0) * 1000;
let last = Date.now();

function touched() { last = Date.now(); }

function look() {
  // Without a network the sign-in page could not be opened: the table stays with who has it.
  if (Date.now() - last >= AFTER_MS && navigator.onLine) form.requestSubmit();
}

if (form && AFTER_MS) {
  for (const event of ["keydown", "pointerdown", "visibilitychange"]) addEventListener(event, touched, true);
  setInterval(look, 1000);
}
