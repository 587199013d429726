// The camera as a second scanner.  Its decoder is loaded when it is first asked for; a camera needs a secure context.
const PAUSE_AFTER_READ_MS = 1500; // time to take the next piece
const BETWEEN_LOOKS_MS = 120;
const FORMATS = ["EAN13", "EAN8", "UPCA", "Code128", "ITF", "DataMatrix", "QRCode"];
let decoder = null;

/** Load the decoder once: a classic script, because it is published so, and its WASM beside it. */
async function load({ script, wasm }) {
  if (decoder) return decoder;
  await new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script;
    element.onload = resolve;
    element.onerror = () => reject(new Error("decoder"));
    document.head.append(element);
  });
  await globalThis.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  decoder = globalThis.ZXingWASM;
  return decoder;
}

/** Read what is in the middle of a picture: "" when there is no code.  GS of marking codes is kept. */
export async function read(source, width, height, files) {
  const zxing = await load(files);
  const canvas = read.canvas ??= document.createElement("canvas");
  const part = { width: Math.round(width * 0.8), height: Math.round(height * 0.6) };
  canvas.width = part.width;
  canvas.height = part.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, (width - part.width) / 2, (height - part.height) / 2, part.width, part.height, 0, 0, part.width, part.height);
  const pixels = context.getImageData(0, 0, part.width, part.height);
  const [found] = await zxing.readBarcodes(pixels, { formats: FORMATS, maxNumberOfSymbols: 1, tryHarder: true, textMode: "Plain" });
  return found?.isValid ? found.text : "";
}

/** The panel with the picture, torch and zoom; `onCode` gets each code read. */
export function createCamera({ panel, button, files, onCode }) {
  const video = panel.querySelector("video");
  const hint = panel.querySelector("[data-camera-hint]");
  let stream = null;

  async function open() {
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    hint.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
    } catch (reason) {
      hint.textContent = reason.name === "NotAllowedError" ? panel.dataset.refused : panel.dataset.absent;
      return;
    }
    video.srcObject = stream;
    await video.play();
    prepare(stream.getVideoTracks()[0]);
    look(stream);
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  // What the camera cannot do is not offered.
  function prepare(track) {
    const can = track.getCapabilities?.() ?? {};
    const torch = panel.querySelector("[data-camera-torch]");
    torch.hidden = !can.torch;
    let lit = false;
    torch.onclick = () => { lit = !lit; track.applyConstraints({ advanced: [{ torch: lit }] }); };
    const zoom = panel.querySelector("[data-camera-zoom]");
    zoom.hidden = !(can.zoom?.max >= 2);
    let near = false;
    zoom.onclick = () => { near = !near; track.applyConstraints({ advanced: [{ zoom: near ? 2 : can.zoom.min }] }); };
  }

  async function look(of) {
    while (stream === of && of) {
      let wait = BETWEEN_LOOKS_MS;
      try {
        const code = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight, files) : "";
        if (code && stream === of) { onCode(code); wait = PAUSE_AFTER_READ_MS; }
      } catch {
        hint.textContent = panel.dataset.broken;
        return;
      }
      await new Promise((resolve) => { setTimeout(resolve, wait); });
    }
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  panel.querySelector("[data-camera-close]").addEventListener("click", close);
  return { open, close };
}
