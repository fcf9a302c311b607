import type { Rule } from './rule.js'

export const NETWORK: readonly Rule[] = [
  {
    id: 'request',
    pattern: 'NETWORK',
    family: ['network', 'network-request'],
    on: 'use',
    keys: [
      ...['fetch.*', 'XMLHttpRequest.*', 'WebSocket.*', 'EventSource.*', 'RTCPeerConnection.*', 'WebTransport.*', 'importScripts.*'],
      ...['navigator.sendBeacon.*', 'Deno.connect', 'Deno.listen', 'Deno.serve', 'Bun.connect', 'Bun.listen', 'Bun.serve'],
    ],
    reason: '{key} speaks to the network.',
    examples: {
      match: [
        `fetch('https://a.example')`,
        `new globalThis['WebSo' + 'cket']('wss://a.example')`,
        `const f = fetch; f(x)`,
        `navigator.sendBeacon('/x', data)`,
      ],
      no: [
        `const o = { fetch() {} }; o.fetch()`,
        `function f(fetch) { return fetch('x') }`,
        `'fetch(x)'`,
        `typeof fetch === 'function'`,
        `cache.fetch(1)`,
      ],
    },
  },
  {
    id: 'network-module',
    pattern: 'NETWORK',
    family: ['network', 'network-request'],
    on: 'load',
    keys: [
      ...['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns.*', 'undici', 'axios', 'node-fetch', 'ws', 'got', 'request', 'superagent'],
      ...['ssh2', 'socket.io-client', 'ftp', 'nodemailer'],
    ],
    reason: 'The module {key} speaks to the network.',
    examples: {
      match: [`require('https').get('https://a.example')`, `import net from 'node:net'`, `import('ht' + 'tp')`],
      no: [`require('httpx')`, `const http = 1; http`],
    },
  },
  {
    id: 'image-beacon',
    pattern: 'NETWORK',
    family: ['network', 'network-request'],
    on: 'call',
    keys: ['Image'],
    reason: 'An image that is made by code asks for an address.',
    examples: { match: [`new Image().src = 'https://a.example/?' + secret`], no: [`class Image {} new Image()`] },
  },
]
