import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Script } from 'node:vm'
import { endingOf, requireHere, serve } from '../support/program.mjs'

/** The package gives an expression one second. On a machine that does other things too that can be little, and only a stall needs it. */
const GENEROUS_MS = 30_000
process.env.JS_TIMEOUT_MS = `${GENEROUS_MS}`
const { runInContext } = Script.prototype
if (!process.argv.slice(3).every((job) => job === 'stall')) {
  Script.prototype.runInContext = function (context, options) {
    return Reflect.apply(runInContext, this, [context, options?.timeout === undefined ? options : { ...options, timeout: GENEROUS_MS }])
  }
}

const { encodeJSBinding, processObjectSync, processStringSync } = requireHere('@budibase/string-templates')
const js = (code) => encodeJSBinding(code)

const context = {
  user: { name: 'Ada', roles: ['admin', 'author'], born: '1815-12-10T00:00:00.000Z' },
  order: {
    lines: [
      { sku: 'a-1', count: 2, price: 9.99 },
      { sku: 'b-7', count: 1, price: 100 },
    ],
    note: '<b>urgent</b>',
  },
}
const TEMPLATES = [
  'Dear {{ user.name }}, {{ uppercase user.name }}',
  `Total: ${js('return $("order.lines").reduce((sum, line) => sum + line.count * line.price, 0).toFixed(2)')}`,
  js('return { id: $("order.lines")[0].sku, tags: $("user.roles").map((role) => role.toUpperCase()) }'),
  js('return $("order.lines").map(({ sku }) => sku)'),
  js('return helpers.date($("user.born"), "YYYY/MM/DD")'),
  js('return [helpers.capitalize("some text"), helpers.ellipsis("a long sentence", 6), helpers.add(1, 2), helpers.join(["a", "b"], "-")]'),
  js('return $("order.note") + $("nothing.there")'),
  js('const copy = $("user"); copy.name = "changed"; return copy.name + $("user.name")'),
  js('return new Date(Date.UTC(2020, 1, 29)).toISOString() + /(\\d+)/.exec("b-7")[1]'),
  js('return [typeof require, typeof process, typeof setTimeout, typeof Buffer, this === globalThis]'),
  js('return null'),
  js('throw new TypeError("no rule")'),
  js('return missing.name'),
  js('return ('),
  `Rows: {{#each order.lines}}{{ sku }}x{{ count }};{{/each}} and ${js('return $("order.lines").length')}`,
]

/** The package answers every failure with the same sentence. What its VM threw says more. */
let thrown
const { VM } = requireHere('@beddel/vm2-migration')
const { run } = VM.prototype
VM.prototype.run = function (...args) {
  try {
    return Reflect.apply(run, this, args)
  } catch (error) {
    thrown = error
    throw error
  }
}

const render = (code) => {
  thrown = undefined
  const text = processStringSync(js(code), context)
  if (thrown !== undefined) throw thrown
  return text
}
const escape = readFileSync(new URL('guests/escape.js', import.meta.url), 'utf8')

await serve({
  answers: async () => [
    ...(await Promise.all(TEMPLATES.map((template) => endingOf(() => processStringSync(template, context))))),
    processObjectSync({ subject: 'For {{ user.name }}', rows: [js('return $("user.roles").length')], keep: 7 }, context),
  ],
  escape: (canary) => render(`const CANARY = ${JSON.stringify(canary)}\n${escape}`),
  stall: async () => {
    delete process.env.JS_TIMEOUT_MS
    const text = render('return (async () => { for (;;) await 0 })()')
    // What the host would do next.
    await setTimeout(0)
    return text
  },
})
