// A scanner that types as a keyboard.  Needs no focused field, reads the place of keys and not their letters, acts at once
// on the suffix (Enter or Tab), restores GS (0x1D) of marking codes, takes a double read within two seconds as one scan.
import { characterOf } from "./layout.js";

export const GS = "\x1d";
const SLOWEST_GAP_MS = 150; // longer silence begins a new code
const SCANNER_GAP_MS = 50; // on average; a person does not keep this up
const SHORTEST = 3;
const ONE_KEY_MS = 170; // a single key is a hot key when nothing has followed it
const SAME_CODE_MS = 2000;
const SAME_READ_MS = 700; // so soon, the scanner has read the same piece again by itself
const TEXT_FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";

/** A number that the server knows this scan by, also where the page is not a secure context. */
export function newNonce() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Take off the AIM prefix (`]d2`, `]C1` …) that some scanners put before a code, and a leading GS (FNC1). */
export function bare(code) {
  return code.replace(/^\][A-Za-z][0-9A-Za-z]/, "").replace(/^\x1d+/, "");
}

/**
 * Listen for scans.
 *
 * onScan(code, {nonce, at}): once per scan; `at` is an ISO moment.
 * onRepeat(code, {bySelf}): a repeat within two seconds that was swallowed; `bySelf` when the scanner read twice by
 * itself, else a person scanned again.
 * onKey(code): a single key pressed by hand outside a text field;
 * true when it was taken.  F8 is not a hot key: many scanners send GS as F8.
 * Returns {submit(code), stop()}.
 */
export function createScanner({ onScan, onRepeat = () => {}, onKey = () => false, target = window }) {
  let burst = null; // the keys since the last silence
  let altDigits = "";
  let lastCode = "";
  let countedAt = -Infinity;
  let seenAt = -Infinity;

  function submit(raw, now = performance.now()) {
    const code = bare(raw.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
    if (!code) return;
    const bySelf = code === lastCode && now - seenAt < SAME_READ_MS;
    const repeated = bySelf || (code === lastCode && now - countedAt < SAME_CODE_MS);
    lastCode = code;
    seenAt = now;
    if (repeated) { onRepeat(code, { bySelf }); return; }
    countedAt = now;
    onScan(code, { nonce: newNonce(), at: new Date().toISOString() });
  }

  function begin(event) {
    const field = event.target?.matches?.(TEXT_FIELDS) ? event.target : null;
    burst = { text: "", started: event.timeStamp, last: event.timeStamp, keys: 0, field, before: field?.value, timer: 0 };
  }

  function add(event, character) {
    if (!burst || event.timeStamp - burst.last > SLOWEST_GAP_MS) { forget(); begin(event); }
    burst.text += character;
    burst.keys += 1;
    burst.last = event.timeStamp;
    clearTimeout(burst.timer);
    if (burst.keys === 1 && !burst.field) {
      const key = event.code;
      // What it began stays: on a busy machine the rest of a scan comes later than this, though typed without a pause.
      burst.timer = setTimeout(() => { if (burst?.keys === 1) onKey(key); }, ONE_KEY_MS);
    }
  }

  function forget() {
    if (burst) clearTimeout(burst.timer);
    burst = null;
    altDigits = "";
  }

  function isScanner(event) {
    if (!burst || burst.text.length < SHORTEST || event.timeStamp - burst.last > SLOWEST_GAP_MS) return false;
    return (burst.last - burst.started) / Math.max(burst.keys - 1, 1) <= SCANNER_GAP_MS;
  }

  function finish(event) {
    if (!isScanner(event)) { forget(); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { text, field, before } = burst;
    const at = burst.last;
    forget();
    // What the scanner typed into a field that happened to be focused does not belong there.
    if (field && "value" in field) field.value = before;
    submit(text, at);
  }

  // Line feed and carriage return come as Ctrl+J and Ctrl+M from scanners that send control characters so.
  function isSuffix({ code, key, ctrlKey }) {
    if (burst && ctrlKey && (code === "KeyJ" || code === "KeyM")) return true;
    return code === "Enter" || code === "NumpadEnter" || code === "Tab" || (!code && key === "Enter");
  }

  function pressed(event) {
    if (!event.target?.matches?.(TEXT_FIELDS) && onKey(event.code)) event.preventDefault();
  }

  function isGs(event) {
    return event.code === "F8" || (event.ctrlKey && (event.code === "BracketRight" || event.key === GS)) || event.key === GS;
  }

  function down(event) {
    if (event.isComposing || event.metaKey) return;
    if (isSuffix(event)) { finish(event); return; }
    if (isGs(event)) { add(event, GS); event.preventDefault(); return; }
    if (event.altKey) {
      if (/^Numpad\d$/.test(event.code)) { altDigits += event.code[6]; event.preventDefault(); }
      return;
    }
    if (event.ctrlKey || event.repeat) return;
    if (/^F\d+$|^Escape$/.test(event.code)) { pressed(event); return; }
    const character = characterOf(event);
    if (!character) return;
    const following = burst && event.timeStamp - burst.last <= SCANNER_GAP_MS;
    add(event, character);
    // Outside a field letters must not reach buttons or the browser's own search; a lone space still presses a button.
    if (!burst.field && (character !== " " || following)) event.preventDefault();
  }

  function up(event) {
    if ((event.code === "AltLeft" || event.code === "AltRight" || event.key === "Alt") && altDigits) {
      const sign = String.fromCharCode(Number(altDigits));
      altDigits = "";
      event.preventDefault();
      add(event, sign);
    } else if (event.code === "Space" && burst && burst.keys > 1 && !burst.field) {
      event.preventDefault();
    }
  }

  function pasted(event) {
    if (event.target?.matches?.(TEXT_FIELDS)) return;
    const text = event.clipboardData?.getData("text") ?? "";
    if (text.length >= SHORTEST) { event.preventDefault(); submit(text); }
  }

  target.addEventListener("keydown", down, true);
  target.addEventListener("keyup", up, true);
  target.addEventListener("paste", pasted, true);
  return {
    submit: (text) => submit(text),
    stop() {
      target.removeEventListener("keydown", down, true);
      target.removeEventListener("keyup", up, true);
      target.removeEventListener("paste", pasted, true);
      forget();
    },
  };
}
