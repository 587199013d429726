// Picking judged in the page: at once while the server is asked, and alone while there is no network.
import { draw, follow, goods, say } from "./known.js";

const NOT_FOUND = "BO-NOT-FOUND";
const UNDO = "BO-UNDO";

/**
 * Judge one scan and change what is known accordingly.
 *
 * known: as `floor.selectors.picking.known` gives it; place: {cell}, the cell scanned last; done: tasks picked from here,
 * for undoing.  Returns {outcome, word?, title?, text?} or null when only the server can say.
 */
export function judge(known, place, done, code) {
  const word = code.trim().toUpperCase();
  if (word === UNDO) return undo(known, done);
  if (word === NOT_FOUND) return notFound(known, place);
  if (word.startsWith("BO-")) return null;
  const cell = known.cells[code.trim().toLowerCase()];
  if (cell) return atCell(known, place, cell, code.trim());
  const { skus } = goods(known, code);
  if (!skus.length) return null;
  const task = choose(known, place, (row) => skus.includes(row.sku));
  if (!task) return notWanted(known, skus);
  task.left -= 1;
  done.push(task);
  const slot = known.mode === "cluster" ? task.slots[0] : 0;
  const shared = known.tasks.filter((row) => row.sku === task.sku);
  if (task.slots.length) shared.forEach((row) => { row.slots = row.slots.slice(1); });
  place.cell = task.cell;
  return {
    outcome: "accepted",
    word: slot ? say("tote", { number: slot }) : say("accepted"),
    title: task.name,
    text: say("picked", { code: task.code, left: task.left }),
  };
}

/** The next task: at this cell, else this person's, else the first that nobody has begun. */
export function choose(known, place, fits = () => true) {
  const open = known.tasks.filter((row) => row.left > 0 && fits(row));
  return open.find((row) => row.cell === place.cell) ?? open.find((row) => row.mine) ?? open.find((row) => !row.taken) ?? open[0] ?? null;
}

function atCell(known, place, cell, code) {
  if (known.tasks.some((row) => row.cell === cell && row.left > 0)) {
    place.cell = cell;
    return { outcome: "accepted", word: code.toUpperCase(), text: say("cell") };
  }
  const next = choose(known, place);
  return { outcome: "wrong", word: say("wrongCell"), text: say("nothingHere", { cell: next?.cellCode ?? "—" }) };
}

function notWanted(known, skus) {
  const here = skus.find((sku) => sku in known.skus);
  if (here) return { outcome: "already", text: say("enough", { code: known.skus[here] }) };
  return null;
}

function notFound(known, place) {
  const task = choose(known, place);
  if (!task) return null;
  task.left = 0;
  return { outcome: "accepted", word: say("noted"), text: say("goOn") };
}

function undo(known, done) {
  const task = done.pop();
  if (task) task.left += 1;
  return null;
}

function show(known, place) {
  const task = choose(known, place);
  if (!task) { draw("over-template"); return; }
  draw("job-template", (copy) => {
    const put = (name, value) => { copy.querySelector(`[data-part="${name}"]`).textContent = value; };
    const where = copy.querySelector('[data-part="where"]').dataset;
    put("where", task.cell === place.cell ? where.at : where.go);
    put("cell", task.cellCode);
    put("left", task.left);
    put("name", task.name);
    put("code", task.code);
    const slot = known.mode === "cluster" && task.slots[0];
    put("slot", slot ? `${copy.querySelector('[data-part="slot"]').dataset.word} ${slot}` : "");
  });
}

function begin(url) {
  let known = null;
  let done = [];
  const place = { cell: null };
  let offline = Boolean(document.documentElement.dataset.kept);
  const following = follow(url, (fresh) => {
    known = fresh;
    done = [];
    if (known.place) place.cell = known.place;
    if (offline) show(known, place);
  });
  document.addEventListener("scan:state", (event) => { offline = event.detail.state !== "ok"; });
  document.addEventListener("scan:judge", (event) => {
    following.scanned();
    if (!known) return;
    const cell = place.cell;
    event.detail.answer = judge(known, place, done, event.detail.code);
    known.place = place.cell;
    following.keep(known);
    if (event.detail.answer) event.detail.answer.context = { cell };
    if (event.detail.answer?.outcome === "accepted") show(known, place);
  });
  document.addEventListener("scan:answer", (event) => {
    const { scan, answer, latest } = event.detail;
    if (answer.cell && latest) place.cell = answer.cell;
    if (scan.shown !== answer.outcome) following.refresh();
  });
}

const { knownUrl } = globalThis.document?.body?.dataset ?? {};
if (knownUrl) begin(knownUrl);
