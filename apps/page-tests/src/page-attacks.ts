/** What an attack on a page finds: where its prey is, never the prey itself. */
export interface PageBait {
  /** A key of localStorage and sessionStorage, a cookie, a database, a cache, a file and a global of the page; each holds the secret. */
  key: string
  /** Something that only this attack says. */
  marker: string
  /** A trap: whoever gets there has left the sandbox. */
  url: string
  socket: string
  /** The port of a UDP trap. */
  udp: number
}

export interface PageAttack {
  family: string
  /** Where the control runs it: in a worker of the page's own origin, or in a frame of it. */
  in: 'worker' | 'window'
  /** The body of an async function with a `bait`. */
  code: string
  /** What every frame can do, sandboxed or not, in its own window. No guest is ever there: guests are in workers. */
  anyFrame?: boolean
  /** What tells its success. */
  oracle: 'secret' | 'trap' | 'udp' | 'kept' | 'message' | 'navigation' | 'answer'
}

const worker = (family: string, oracle: PageAttack['oracle'], code: string): PageAttack => ({ family, in: 'worker', oracle, code })
const frame = (family: string, oracle: PageAttack['oracle'], code: string): PageAttack => ({ family, in: 'window', oracle, code })

const READ_DATABASE = `
const open = indexedDB.open(bait.key)
const database = await new Promise((resolve, reject) => { open.onsuccess = () => resolve(open.result); open.onerror = () => reject(open.error) })
const get = database.transaction('s').objectStore('s').get('k')
return await new Promise((resolve, reject) => { get.onsuccess = () => resolve(get.result); get.onerror = () => reject(get.error) })`
const READ_CACHE = 'return await (await (await caches.open(bait.key)).matchAll())[0].text()'
const READ_FILE = 'return await (await (await (await navigator.storage.getDirectory()).getFileHandle(bait.key)).getFile()).text()'
const wait = (ms: number): string => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`
const element = (name: string, set: string): string =>
  `const e = document.createElement("${name}"); ${set}; document.documentElement.append(e); ${wait(150)} return 1`

const anyFrame = (attack: PageAttack): PageAttack => ({ ...attack, anyFrame: true })

/** Guests that reach for the page: its secrets, the network, its storage, its place, its messages. */
export const PAGE_ATTACKS: Record<string, PageAttack> = {
  'cookie of the page': frame('page secrets', 'secret', 'return document.cookie'),
  'cookie of the parent': frame('page secrets', 'secret', 'return parent.document.cookie'),
  localStorage: frame('page secrets', 'secret', 'return localStorage.getItem(bait.key)'),
  'localStorage of the parent': frame('page secrets', 'secret', 'return parent.localStorage.getItem(bait.key)'),
  sessionStorage: frame('page secrets', 'secret', 'return sessionStorage.getItem(bait.key)'),
  'a global of parent': frame('page secrets', 'secret', 'return parent[bait.key]'),
  'a global of top': frame('page secrets', 'secret', 'return top[bait.key]'),
  'a global through frameElement': frame('page secrets', 'secret', 'return frameElement.ownerDocument.defaultView[bait.key]'),
  'a global through opener': frame(
    'page secrets',
    'secret',
    'const w = open("", "_blank"); const s = w.opener.parent[bait.key]; w.close(); return s',
  ),
  'IndexedDB from a frame': frame('page secrets', 'secret', READ_DATABASE),
  'IndexedDB from a worker': worker('page secrets', 'secret', READ_DATABASE),
  'the cache from a frame': frame('page secrets', 'secret', READ_CACHE),
  'the cache from a worker': worker('page secrets', 'secret', READ_CACHE),
  'the private file system from a worker': worker('page secrets', 'secret', READ_FILE),
  'the cookie store': frame('page secrets', 'secret', 'return (await cookieStore.get(bait.key)).value'),

  'fetch from a worker': worker('network', 'trap', 'await fetch(bait.url); return 1'),
  'fetch without CORS': worker('network', 'trap', 'await fetch(bait.url, { mode: "no-cors", keepalive: true }); return 1'),
  'XMLHttpRequest from a worker': worker(
    'network',
    'trap',
    'const x = new XMLHttpRequest(); x.open("GET", bait.url, false); x.send(); return 1',
  ),
  'WebSocket from a worker': worker('network', 'trap', `new WebSocket(bait.socket); ${wait(150)} return 1`),
  'EventSource from a worker': worker('network', 'trap', `new EventSource(bait.url); ${wait(150)} return 1`),
  importScripts: worker('network', 'trap', 'importScripts(bait.url); return 1'),
  'import()': worker('network', 'trap', 'await import(bait.url).catch(() => {}); return 1'),
  'import() of code in a data URL': worker(
    'network',
    'answer',
    'return (await import("data:text/javascript,export default 4242")).default',
  ),
  'a worker in the worker that fetches': worker(
    'network',
    'trap',
    `new Worker(URL.createObjectURL(new Blob(["fetch('" + bait.url + "')"]))); ${wait(250)} return 1`,
  ),
  'a font in a worker': worker('network', 'trap', `await new FontFace("f", "url(" + bait.url + ")").load().catch(() => {}); return 1`),
  'fetch from a frame': frame('network', 'trap', 'await fetch(bait.url); return 1'),
  'a beacon': frame('network', 'trap', `navigator.sendBeacon(bait.url, "x"); ${wait(150)} return 1`),
  'an image': frame('network', 'trap', `new Image().src = bait.url; ${wait(150)} return 1`),
  'a style sheet': frame('network', 'trap', element('link', 'e.rel = "stylesheet"; e.href = bait.url')),
  'a style that imports': frame('network', 'trap', element('style', 'e.textContent = "@import url(" + bait.url + ")"')),
  'a background in a style': frame('network', 'trap', element('p', 'e.style.background = "url(" + bait.url + ")"; e.textContent = "x"')),
  'a script element': frame('network', 'trap', element('script', 'e.src = bait.url')),
  'a preload': frame('network', 'trap', element('link', 'e.rel = "preload"; e.as = "image"; e.href = bait.url')),
  'a video': frame('network', 'trap', element('video', 'e.src = bait.url')),
  'an object': frame('network', 'trap', element('object', 'e.data = bait.url')),
  'a frame in the frame': frame('network', 'trap', element('iframe', 'e.src = bait.url')),
  'a form': frame('network', 'trap', element('form', 'e.action = bait.url; setTimeout(() => e.submit(), 0)')),
  WebRTC: anyFrame(
    frame(
      'network',
      'udp',
      `const c = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:" + bait.udp }] })
     c.createDataChannel("x"); await c.setLocalDescription(await c.createOffer()); ${wait(400)} return 1`,
    ),
  ),

  'navigation of itself': anyFrame(frame('navigation', 'trap', `location.href = bait.url; ${wait(200)} return 1`)),
  'navigation of the page': frame('navigation', 'navigation', `top.location.href = bait.url; ${wait(200)} return 1`),
  'navigation by a link': frame(
    'navigation',
    'navigation',
    element('a', 'e.href = bait.url; e.target = "_top"; setTimeout(() => e.click(), 0)'),
  ),
  'a popup': frame('navigation', 'trap', `open(bait.url); ${wait(200)} return 1`),
  'history of the page': frame('navigation', 'navigation', `parent.history.pushState(0, "", "/#" + bait.marker); ${wait(50)} return 1`),
  'a refresh': anyFrame(frame('navigation', 'trap', element('meta', 'e.httpEquiv = "refresh"; e.content = "0;url=" + bait.url'))),

  'localStorage is written': frame('storage', 'kept', 'localStorage.setItem(bait.marker, "1"); return 1'),
  'a cookie is written': frame('storage', 'kept', 'document.cookie = bait.marker + "=1"; return 1'),
  'a database is made': worker(
    'storage',
    'kept',
    'await new Promise((resolve) => { const o = indexedDB.open(bait.marker); o.onsuccess = o.onerror = resolve }); return 1',
  ),
  'a cache is made': worker('storage', 'kept', 'await caches.open(bait.marker); return 1'),
  'a file is made': worker(
    'storage',
    'kept',
    'await (await navigator.storage.getDirectory()).getFileHandle(bait.marker, { create: true }); return 1',
  ),
  'a service worker': frame('service workers', 'kept', 'await navigator.serviceWorker.register("/sw.js?" + bait.marker); return 1'),

  'a message to the page': anyFrame(frame('messages', 'message', `parent.postMessage(bait.marker, "*"); ${wait(50)} return 1`)),
  'a message to the top': anyFrame(frame('messages', 'message', `top.postMessage({ forged: bait.marker }, "*"); ${wait(50)} return 1`)),
  'a message of the worker’s own': worker('messages', 'message', `postMessage(bait.marker); ${wait(50)} return 1`),
  'a broadcast': worker('messages', 'message', `new BroadcastChannel("app").postMessage(bait.marker); ${wait(50)} return 1`),
  'a shared worker': frame(
    'messages',
    'message',
    `const s = new SharedWorker("/shared.js"); s.port.postMessage(bait.marker); ${wait(200)} return 1`,
  ),
}
