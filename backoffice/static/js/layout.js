// The character a key stands for on the US layout, whatever layout the computer has: scanners type on US keys.
const SHIFTED_DIGITS = ")!@#$%^&*(";
const SIGNS = {
  Space: "  ", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", IntlBackslash: "\\|",
  Semicolon: ";:", Quote: "'\"", Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?",
  NumpadAdd: "++", NumpadSubtract: "--", NumpadMultiply: "**", NumpadDivide: "//", NumpadDecimal: "..",
};
const RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,";
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";

/** The character of a key press by its place; "" when the key writes nothing. */
export function characterOf(event) {
  const { code, shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shiftKey ? SHIFTED_DIGITS[code[5]] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  if (code in SIGNS) return SIGNS[code][shiftKey ? 1 : 0];
  // Some data terminals send no `code`: then the character itself, brought back from the Russian layout.
  if (!code && event.key?.length === 1) return latin(event.key);
  return "";
}

/** A text typed on the Russian layout, as the same keys write it on the US one. */
export function latin(text) {
  if (!/[а-яё]/i.test(text)) return text;
  return [...text].map((sign) => { const at = RUSSIAN.indexOf(sign); return at < 0 ? sign : LATIN[at]; }).join("");
}
