import type { Plugin } from 'esbuild'

/**
 * What stands in the place of a guest's worker in the tests of a page that is lied to: `(runtime, options) => void`. It
 * takes each entry as the name of a lie.
 */
const LIAR_WORKER = `(function () {
  addEventListener('message', ({ ports: [port] }) => {
    const say = (...message) => port.postMessage(message)
    const done = () => say(1, '1j"done"', '')
    const lies = {
      honest: done,
      'an answer too early': () => { say(101, 0); done() },
      'answers nobody asked for': () => { say(4, 1, 'slow', '1j[]'); say(101, 0); say(101, 0) },
      'an unknown message': () => say(55, 'x'),
      'no array': () => port.postMessage({ op: 1, a: '1j1' }),
      'a number for a text': () => say(1, 5),
      'an object for a text': () => say(1, { a: 1 }),
      'a second greeting': () => say(100),
      'a call twice': () => { say(4, 1, 'slow', '1j[]'); say(4, 1, 'slow', '1j[]') },
      'an ending that is none of a guest’s': () => say(3, 'BEDDEL_ABORTED', '{"message":"x"}'),
      'an ending that cannot be read': () => say(3, 'BEDDEL_PROTOCOL', '{"message":'),
      'a result that cannot be read': () => { say(1, '1t[[[', '') },
      'a result of another version': () => { say(1, '9zzz', '') },
      'a thrown thing that is none': () => { say(2, '[]', '') },
      'a flood of lines': () => { for (let i = 0; i < 400000; i++) say(6, 'log', 'x') },
      'a flood of timers': () => { for (let i = 0; i < 400000; i++) say(7, i + 1, 60000) },
      'a flood of long lines': () => { for (let i = 0; i < 50000; i++) say(6, 'log', 'x'.repeat(1000)) },
      'a flood of long calls': () => { const x = '1j["' + 'x'.repeat(500000) + '"]'; for (let i = 0; i < 300; i++) say(4, i + 1, 'add', x) },
      'a flood of objects': () => { const x = Array.from({ length: 10000 }, (_, i) => ({ i })); for (let i = 0; i < 300; i++) say(4, i + 1, 'add', x) },
      'a result too large': () => say(1, '1j"' + 'x'.repeat(20000000) + '"', ''),
      'that it broke': () => say(102),
      silence: () => {},
      'its own end': () => close(),
      'a hang': () => { for (;;); },
    }
    port.onmessage = ({ data: [op, , source] }) => {
      if (op === 0) { if (!silent) say(101, 0); return }
      const name = String(source).split('\\n')[0].slice(3)
      silent = name === 'silence'
      lies[name]?.()
    }
    let silent = false
    say(100)
  }, { once: true })
})`

/** Bundles a page with the liar in the place of a guest's worker. */
export const liarPlugin: Plugin = {
  name: 'liar',
  setup: ({ onLoad }) =>
    onLoad({ filter: /guest-worker-\w+\.js$/ }, () => ({ contents: `export const GUEST_WORKER = ${JSON.stringify(LIAR_WORKER)}` })),
}
