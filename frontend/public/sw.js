// Keeps the public files that never change and one offline page. Pages of people are never kept.
const CACHE = "public-{{version}}";
const FILES = ["/offline.html", "{{main.css}}", "{{icons.svg}}", "/icon.svg"];
// The page that checks certificates, which works without network; kept when a reader has opened it.
const VERIFY = "/verify";
const VERIFIER = [VERIFY, "{{verify.js}}", "{{verifier.js}}", "{{verifier.wasm}}"];
// Public keys and status lists, which that page keeps itself.
const DATA = "verify-data";

self.addEventListener("install", (event) => {
  event.waitUntil(install().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== CACHE && name !== DATA).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === VERIFY && !url.search) {
    event.respondWith(verifyPage(request));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline.html")));
  } else if (url.pathname.startsWith("/assets/") || FILES.includes(url.pathname)) {
    event.respondWith(fromCache(request));
  }
});

// The verifying page asks for it.
self.addEventListener("message", (event) => {
  if (event.data !== "keep-verifier") return;
  const answer = (kept) => event.ports[0]?.postMessage(kept);
  event.waitUntil(keepVerifier().then(() => answer(true), () => answer(false)));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  // A new version of the site: who had the verifier keeps it.
  if (await caches.match(VERIFY, { ignoreVary: true })) await keepVerifier().catch(() => {});
}

async function keepVerifier() {
  const cache = await caches.open(CACHE);
  await cache.addAll(VERIFIER);
}

async function verifyPage(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(VERIFY, answer.clone());
    return answer;
  } catch {
    return (await cache.match(VERIFY, { ignoreVary: true })) ?? caches.match("/offline.html");
  }
}

async function fromCache(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}
