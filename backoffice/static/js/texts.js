/** A sentence of the page's language, from the attributes of #texts. */
export function text(name) {
  return document.getElementById("texts")?.dataset[name] ?? "";
}

/** Say a sentence to screen readers without showing it. */
export function announce(sentence) {
  const place = document.getElementById("announcer");
  if (!place || !sentence) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = sentence; }, 50);
}
