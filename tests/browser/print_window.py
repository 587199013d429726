"""
A print window for a browser that has none: a headless one never says that it has opened a PDF.

`windows` in localStorage counts them; while `jam` stands there none opens, as when a person leaves the window open: the
page's own patience then stands still, too.
"""

PRINT_WINDOW = """
(() => {
  if (window !== top) { window.print = () => {}; return; }
  const open = (frame) => {
    if (localStorage.getItem("jam")) { setTimeout(open, 50, frame); return; }
    localStorage.setItem("windows", 1 + Number(localStorage.getItem("windows")));
    frame.dispatchEvent(new Event("load"));
  };
  const later = window.setTimeout;
  const stands = (ms) => ms === 8000 && localStorage.getItem("jam");
  window.setTimeout = (work, ms, ...more) => (stands(ms) ? 0 : later(work, ms, ...more));
  new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (added.localName === "iframe" && added.src.startsWith("blob:")) setTimeout(open, 0, added);
    }
  }).observe(document, { childList: true, subtree: true });
})();
"""


def windows(page) -> int:
    """How many print windows this browser has opened."""
    return int(page.evaluate("Number(localStorage.getItem('windows'))"))
