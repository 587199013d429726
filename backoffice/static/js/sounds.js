// Sounds made on the spot: accepted rises softly, wrong is loud and low and comes thrice, already is one soft tone,
// stop wails.  Each outcome differs in rhythm as well as in pitch.
const TUNES = {
  accepted: { wave: "sine", gain: 0.35, notes: [[784, 0, 0.09], [1175, 0.09, 0.16]] },
  wrong: { wave: "square", gain: 0.5, notes: [[165, 0, 0.16], [165, 0.22, 0.16], [165, 0.44, 0.26]] },
  already: { wave: "triangle", gain: 0.3, notes: [[494, 0, 0.28]] },
  stop: { wave: "sawtooth", gain: 0.5, notes: [[880, 0, 0.18], [440, 0.18, 0.22], [880, 0.4, 0.18], [440, 0.58, 0.3]] },
  kept: { wave: "sine", gain: 0.3, notes: [[587, 0, 0.08], [587, 0.14, 0.08]] },
};
const SHAKES = { accepted: [40], wrong: [200, 80, 200, 80, 200], already: [80, 60, 80], stop: [500, 100, 500] };
let context = null;

/** Play the sound of an outcome.  Before the first key or touch browsers keep silent; colour and word still tell. */
export function play(outcome) {
  navigator.vibrate?.(SHAKES[outcome] ?? []);
  const tune = TUNES[outcome];
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!tune || !Context) return;
  context ??= new Context();
  if (context.state === "suspended") context.resume();
  const start = context.currentTime;
  for (const [pitch, after, length] of tune.notes) sound(tune, pitch, start + after, length);
}

function sound({ wave, gain }, pitch, start, length) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.type = wave;
  oscillator.frequency.value = pitch;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(gain, start + 0.01);
  volume.gain.setValueAtTime(gain, start + length - 0.02);
  volume.gain.linearRampToValueAtTime(0, start + length);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}
