/*
 * The page's service worker. While the registry cannot be reached it answers with the page's own files, so that a reload shows the
 * registry's screen, which waits and goes on by itself, and not the browser's. It never looks at /api/: nothing of a patient is kept here.
 */
/* global self, caches, URL, Request, fetch */
const NAME = 'perennial-page';
const SHELL = '/';

const filesOf = (html) => [...html.matchAll(/\/assets\/[\w.-]+/g)].map(([file]) => file).join(' ');

/** Keep the page as it was just answered; files of an older build go. */
async function keepShell(response) {
  const cache = await caches.open(NAME);
  const [before, now] = await Promise.all([
    cache.match(SHELL).then((old) => old?.text() ?? ''),
    response.clone().text(),
  ]);
  if (before !== '' && filesOf(before) !== filesOf(now))
    for (const request of await cache.keys()) if (request.url.includes('/assets/')) await cache.delete(request);
  await cache.put(SHELL, response);
  // The browser has these already; without them the page could not start.
  for (const name of filesOf(now).split(' ')) if ((await cache.match(name)) === undefined) await cache.add(name);
}

async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && (response.headers.get('content-type') ?? '').includes('text/html'))
      await keepShell(response.clone());
    return response;
  } catch (error) {
    const kept = await (await caches.open(NAME)).match(SHELL);
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** Files with a hash in their name never change. */
async function file(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener('install', (event) => {
  event.waitUntil(
    fetch(new Request(SHELL, { cache: 'reload', headers: { accept: 'text/html' } }))
      .then(keepShell)
      .then(() => self.skipWaiting()),
  );
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(file(request));
});
