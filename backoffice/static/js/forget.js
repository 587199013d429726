// Where people sign in, pages kept for the one before are forgotten; scans that wait to be sent are not.
async function forgetPages() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("floor-pages-")).map((name) => caches.delete(name)));
}

if (globalThis.caches && document.querySelector("[data-forget-pages]")) forgetPages();
