// Brings the islands of a page to life, when the browser has nothing better to do.
const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 1));

async function start() {
  const module = await import("__ISLANDS_JS__");
  await module.default({ module_or_path: "__ISLANDS_WASM__" });
  module.hydrate();
  // An island inside another comes after it.
  for (const island of document.querySelectorAll("leptos-island")) {
    await module[island.dataset.component](island);
  }
  document.documentElement.dataset.islands = "ready";
}

idle(() => start(), { timeout: 2000 });

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js");
}
