// The put-wall says the number of the place aloud, where the browser has a voice.
document.addEventListener("scan:answer", (event) => {
  const { slot, outcome } = event.detail.answer;
  if (outcome !== "accepted" || !slot || !globalThis.speechSynthesis) return;
  speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(String(slot));
  said.lang = document.documentElement.lang;
  said.rate = 1.2;
  speechSynthesis.speak(said);
});
