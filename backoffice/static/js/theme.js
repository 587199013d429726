// Runs before the first paint, so that a dark screen does not flash white.  The person's choice stands in a cookie.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "";
  const apply = () => {
    root.dataset.themeChoice = chosen();
    root.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("theme-changed", apply);
})();
