// In place of a page that needs the network: links to the pages that are kept, by their titles.
async function keptPages() {
  const names = (await globalThis.caches?.keys() ?? []).filter((name) => name.startsWith("floor-pages-"));
  const found = new Map();
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const html = await (await cache.match(request)).text();
      const { title } = new DOMParser().parseFromString(html, "text/html");
      found.set(new URL(request.url).pathname, title);
    }
  }
  return found;
}

const list = document.querySelector("[data-kept-pages]");
for (const [path, title] of await keptPages()) {
  const link = document.createElement("a");
  link.href = path;
  link.textContent = title;
  const row = document.createElement("li");
  row.append(link);
  list.append(row);
}
document.querySelector("[data-try-again]").addEventListener("click", () => location.reload());
addEventListener("online", () => location.reload());
