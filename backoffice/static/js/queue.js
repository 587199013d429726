// Scans on their way to the server.  Each is written down before it is sent and struck out when the server has answered;
// they leave in the order in which they were made, whatever the network does, and the server knows a repeat by its nonce.
const SLOWEST_MS = 10000;
const TRIES_OF_A_BROKEN_SERVER = 3;

/** The notebook of scans: IndexedDB, or memory where the browser refuses it. */
export async function openNotebook(name) {
  try {
    return new Notebook(await openDatabase(name));
  } catch {
    return new Memory();
  }
}

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("scans", { keyPath: "seq", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class Notebook {
  constructor(database) { this.database = database; }

  run(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction("scans", mode);
      const request = work(transaction.objectStore("scans"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  add(scan) { return this.run("readwrite", (store) => store.add(scan)); }
  put(scan) { return this.run("readwrite", (store) => store.put(scan)); }
  remove(seq) { return this.run("readwrite", (store) => store.delete(seq)); }
  all() { return this.run("readonly", (store) => store.getAll()); }
}

class Memory {
  constructor() { this.scans = []; this.seq = 0; }
  async add(scan) { this.scans.push({ ...scan, seq: ++this.seq }); }
  async put(scan) { this.scans = this.scans.map((each) => (each.seq === scan.seq ? scan : each)); }
  async remove(seq) { this.scans = this.scans.filter((each) => each.seq !== seq); }
  async all() { return this.scans.map((each) => ({ ...each })); }
}

/**
 * Send scans in order.
 *
 * send(scan) → Response; onAnswer(scan, body): the server's JSON; onState({waiting, state, failed}) with state
 * "ok", "offline", "signin"; scans that the server broke on are kept, counted in `failed`, and tried again by a reload.
 * connected: false where the page itself came without the network; `reached()` says that it is there again.
 */
export async function createQueue({ name, send, onAnswer, onState = () => {}, connected = true }) {
  const notebook = await openNotebook(name);
  const failedHere = new Set();
  let busy = false;
  let again = false;
  let added = 0;
  let wait = 500;
  let timer = 0;

  async function waiting() {
    return (await notebook.all()).filter((scan) => !failedHere.has(scan.nonce));
  }

  async function tell(state) {
    const before = added;
    const left = await waiting();
    // A scan made meanwhile is not among them; what it finds is told by the round that it begins itself.
    if (added === before) onState({ state, waiting: left.length, failed: failedHere.size });
  }

  function later(state) {
    clearTimeout(timer);
    timer = setTimeout(pump, wait);
    wait = Math.min(wait * 2, SLOWEST_MS);
    return tell(state);
  }

  async function step(scan) {
    let answer;
    try {
      answer = await send(scan);
    } catch {
      return "offline";
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || (answer.status === 403 && !isJson(answer))) return "signin";
    if ([429, 502, 503, 504].includes(answer.status)) return "offline";
    if (!isJson(answer)) return countFailure(scan);
    let body;
    try { body = await answer.json(); } catch { return "offline"; }
    if (answer.status >= 500) return countFailure(scan);
    connected = true;
    await notebook.remove(scan.seq);
    onAnswer(scan, body, answer.status);
    return "ok";
  }

  async function countFailure(scan) {
    const tries = (scan.tries ?? 0) + 1;
    await notebook.put({ ...scan, tries });
    if (tries % TRIES_OF_A_BROKEN_SERVER === 0) failedHere.add(scan.nonce);
    return "offline";
  }

  async function drain() {
    for (let [scan] = await waiting(); scan; [scan] = await waiting()) {
      const state = await step(scan);
      if (state !== "ok") { await later(state); return; }
      wait = 500;
    }
    await tell(connected ? "ok" : "offline");
  }

  async function pump() {
    if (busy) { again = true; return; }
    busy = true;
    clearTimeout(timer);
    try {
      // Two tabs share one notebook: only one of them sends at a time.
      if (navigator.locks) await navigator.locks.request(name, drain);
      else await drain();
    } finally {
      busy = false;
    }
    if (again) { again = false; pump(); }
  }

  addEventListener("online", () => { wait = 500; pump(); });
  pump();
  return {
    async add(scan) { added += 1; await notebook.add(scan); pump(); },
    waiting,
    pump,
    reached() { if (!connected) { connected = true; pump(); } },
  };
}

function isJson(answer) {
  return (answer.headers.get("Content-Type") ?? "").includes("json");
}
