// Keeps the counter's page working without network: a fixed list of files, one version of them at
// a time. VERSION and FILES stand before this text (`verifiers/pages/offline.py`).
//
// A new version waits until somebody says so, because a desk in the middle of a check must not
// change under a hand. A script or a style that is not in the list is refused: after the first
// load nobody, the service included, brings another program onto the page unseen.
const PREFIX = "counter-";
const CACHE = PREFIX + VERSION;
const PROGRAMS = ["script", "style", "worker", "sharedworker", "manifest"];

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isListed = origin === location.origin && request.method === "GET" && FILES.includes(pathname);
  if (isListed) event.respondWith(kept(pathname));
  else if (PROGRAMS.includes(request.destination)) event.respondWith(Response.error());
});

async function kept(pathname) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) ?? fetch(pathname);
}
