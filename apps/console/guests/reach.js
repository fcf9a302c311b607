// What a guest tries first: the ways out of a sandbox. Each line of the
// result says what it found.
const attempts = {
  process: () => process,
  require: () => require('node:fs'),
  'constructor of this': () =>
    this.constructor.constructor('return process')(),
  'constructor of a host function': () =>
    sleep.constructor('return globalThis')(),
  'indirect eval': () => (0, eval)('globalThis.process'),
  'async function constructor': () =>
    (async () => {}).constructor('return process')(),
  fetch: () => fetch('http://127.0.0.1/'),
  XMLHttpRequest: () => new XMLHttpRequest(),
  WebSocket: () => new WebSocket('ws://127.0.0.1/'),
  'importScripts of data': () => importScripts('data:text/javascript,1'),
  // Where an import is refused by a network that is not there, that takes time.
  'dynamic import': () => Promise.race([import('node:fs'), sleep(2_000)]),
  'page of the guest': () => document.cookie,
  'storage of the page': () => localStorage.length + indexedDB,
  parent: () => parent.location.href,
  'stack of the host': () => {
    Error.prepareStackTrace = (_, sites) =>
      sites.every((site) => (site.getThis() ?? globalThis) === globalThis)
    return `only the guest's frames: ${new Error('x').stack}`
  },
  'prototype of what came in': () => {
    input.__proto__.polluted = true
    return `only its own: ${({}).polluted}`
  },
}

const found = {}
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    found[name] = String(await attempt()).slice(0, 80)
  } catch (error) {
    found[name] = `✗ ${error.name}: ${error.message}`.slice(0, 100)
  }
}
return found
