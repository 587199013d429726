// Menus are <details>: they open without script; here they close by Escape, by a click outside, and one at a time.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  // By the place of the key, so that a Russian layout works the same.
  const wanted = event.code === "Slash" ? document.querySelector('[data-key="/"]') : null;
  if (wanted) { event.preventDefault(); wanted.focus(); }
});

function markTheme() {
  const chosen = document.documentElement.dataset.themeChoice ?? "";
  document.querySelectorAll("[data-theme-set]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (!button) return;
  const year = button.dataset.themeSet ? 31536000 : 0;
  document.cookie = `theme=${button.dataset.themeSet}; path=/; max-age=${year}; samesite=lax`;
  dispatchEvent(new Event("theme-changed"));
  markTheme();
});

markTheme();
