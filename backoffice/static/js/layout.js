// The character a key stands for on the US layout, whatever layout the computer has: scanners type on US keys.
const SHIFTED_DIGITS = ")!@#$%^&*(";
const SIGNS = {
  Space: "  ", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", IntlBackslash: "\\|",
  Semicolon: ";:", Quote: "'\"", Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?",
  NumpadAdd: "++", NumpadSubtract: "--", NumpadMultiply: "**", NumpadDivide: "//", NumpadDecimal: "..",
};
const RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,";
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";

function pairOf(code) {
  if (/^Key[A-Z]$/.test(code)) return code[3].toLowerCase() + code[3];
  if (/^Digit\d$/.test(code)) return code[5] + SHIFTED_DIGITS[code[5]];
  if (/^Numpad\d$/.test(code)) return code[6] + code[6];
  return SIGNS[code] ?? "";
}

/** The character of a key press by its place; "" when the key writes nothing. */
export function characterOf(event) {
  const { code, key, shiftKey } = event;
  // Some data terminals send no `code`: then the character itself, brought back from the Russian layout.
  if (!code) return key?.length === 1 ? latin(key) : "";
  const [plain = "", shifted = ""] = pairOf(code);
  // Screen keyboards write the shifted character without Shift; Caps Lock does too, but there Shift alone tells.
  const isShifted = shiftKey || (key === shifted && !event.getModifierState?.("CapsLock"));
  return isShifted ? shifted : plain;
}

/** A text typed on the Russian layout, as the same keys write it on the US one. */
export function latin(text) {
  if (!/[а-яё]/i.test(text)) return text;
  return [...text].map((sign) => { const at = RUSSIAN.indexOf(sign); return at < 0 ? sign : LATIN[at]; }).join("");
}
