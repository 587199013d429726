// Print a PDF of our own origin through a hidden frame.  With --kiosk-printing no window is asked.
import { NotReached, owe, payOff, takeInHand } from "./owed.js";
import { text } from "./texts.js";

const KEPT_MS = 10 * 60 * 1000; // the viewer reads the file while the print window is open
const OPENED_MS = 8 * 1000; // a browser that saves PDF files instead of showing them never says that it has opened one
let last = Promise.resolve();

/**
 * Print the file at `url`, after those asked for before; resolves when the browser has it, refuses when it cannot be read.
 *
 * order: the file is the sticker owed to this order, which is printed once.
 */
export function printFile(url, { order = "" } = {}) {
  if (order) takeInHand(order);
  const printed = last.then(() => (order ? payOff(order, () => print(url)) : print(url)));
  last = printed.catch(() => {});
  return printed;
}

async function print(url) {
  const answer = await read(url);
  if (!answer.ok) throw new Error(`print: ${answer.status}`);
  if (answer.status === 202) return; // the station's print agent brings it to the printer
  const address = URL.createObjectURL(await answer.blob());
  if (!answer.headers.get("Content-Type")?.startsWith("application/pdf")) { save(address, answer); return; }
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden";
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  frame.src = address;
  document.body.append(frame);
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("print: not opened")), OPENED_MS));
  await Promise.race([loaded, late]);
  frame.contentWindow.print();
  // Left in the frame, the focus would swallow every later scan.
  frame.blur();
  window.focus();
  setTimeout(() => { URL.revokeObjectURL(address); frame.remove(); }, KEPT_MS);
}

async function read(url) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", redirect: "manual", headers: { "X-Requested-With": "print" } });
  } catch (error) {
    throw new NotReached("print: no network", { cause: error });
  }
  if (answer.type === "opaqueredirect" || answer.status >= 500) throw new NotReached(`print: ${answer.status}`);
  return answer;
}

/** A file for another program: ZPL. */
function save(address, answer) {
  const link = document.createElement("a");
  link.href = address;
  link.download = answer.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "sticker.zpl";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

/** `data-print` on a link prints what it leads to, `data-print-order` as that order's sticker; without script the file opens. */
export function printOnClick() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-print]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const order = link.dataset.printOrder ?? "";
    if (order) owe(order);
    try {
      await printFile(link.href, { order });
    } catch {
      document.dispatchEvent(new CustomEvent("toast", { detail: { level: "error", text: text("printFailed") } }));
    }
  });
}
