// The band that answers a scan: word, product, what to do.  It stays until the next scan.
import { play } from "./sounds.js";

const ICONS = { accepted: "check", wrong: "cross", already: "repeat", stop: "stop", pending: "clock", kept: "offline", idle: "scan" };

/**
 * Show an answer.
 *
 * outcome: accepted, wrong, already, stop, pending (asking the server), kept (offline) or idle.
 * word: the large word, by default the outcome's own; title: the product; text: what to do; code: what was read; photo: address.
 */
export function show({ outcome, word = "", title = "", text = "", code = "", photo = "" }, { silent = false } = {}) {
  const band = document.getElementById("band");
  if (!band) return;
  band.dataset.outcome = document.body.dataset.outcome = outcome;
  const put = (name, value) => { band.querySelector(`[data-band="${name}"]`).textContent = value; };
  put("word", word || band.dataset[`word${outcome[0].toUpperCase()}${outcome.slice(1)}`] || "");
  put("title", title);
  put("text", text);
  put("code", code.replaceAll("\x1d", "␝"));
  const picture = band.querySelector('[data-band="photo"]');
  picture.hidden = !photo;
  if (photo) picture.src = photo;
  const use = band.querySelector(".band-icon use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[outcome] ?? "info"}`));
  if (!silent) play(outcome);
}

/** Say something beside what the band says, which stays: news of an earlier scan must not take its colour and word away. */
export function remark(sentence) {
  const text = document.querySelector('#band [data-band="text"]');
  if (text && !text.textContent.includes(sentence)) text.textContent = [text.textContent, sentence].filter(Boolean).join(" · ");
}
