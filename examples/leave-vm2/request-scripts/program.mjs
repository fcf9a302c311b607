import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endingOf, requireHere, serve } from '../support/program.mjs'

const { ScriptRuntime, TestRuntime } = requireHere('@usebruno/js')
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')
const collection = fileURLToPath(new URL('collection', import.meta.url))
const environment = { KEY: 'k3y' }
/** For each call into the guest; what vm2 leaves without a limit. */
const config = (timeoutMs = 30_000) => ({ timeoutMs })

const request = () => ({
  url: 'https://api.example/v1/orders',
  method: 'post',
  headers: { accept: 'application/json' },
  data: {
    lines: [
      { sku: 'a-1', count: 2, price: 9.99 },
      { sku: 'b-7', count: 1, price: 100 },
      { sku: 'c-3', count: 0, price: 70 },
    ],
  },
})
const response = () => ({
  status: 200,
  statusText: 'OK',
  headers: { location: 'https://api.example/v2/orders?page=2' },
  data: {
    items: [
      { sku: 'a-1', price: 9.99 },
      { sku: 'b-7', price: 100 },
    ],
  },
})
const variables = () => ({ __name__: 'staging', customer: 'Ada & {{process.env.KEY}}', token: '' })

/** Runs a script with all that a request has, and says what has become of it. */
async function script(code, collectionVariables = {}) {
  const logs = []
  const log = (level, args) => logs.push([level, ...args])
  const answer = await endingOf(() =>
    new ScriptRuntime().runRequestScript(code, request(), variables(), collectionVariables, collection, log, environment, config()),
  )
  return { answer, logs }
}

async function afterResponse(code) {
  const logs = []
  const log = (level, args) => logs.push([level, ...args])
  const runtime = new ScriptRuntime()
  const answer = await endingOf(() =>
    runtime.runResponseScript(code, request(), response(), variables(), { page: 2 }, collection, log, environment, config()),
  )
  return { answer, logs }
}

async function tests(code) {
  const { results, ...rest } = await new TestRuntime().runTests(
    code,
    request(),
    response(),
    variables(),
    {},
    collection,
    () => {},
    environment,
    config(),
  )
  return { ...rest, results: results.map(({ uid, ...result }) => ({ ...result, named: uid.length })) }
}

const attack = (code, ms) =>
  new ScriptRuntime().runRequestScript(code, request(), variables(), {}, collection, () => {}, environment, config(ms))
const attackWith = (file) => (canary) => attack(`const CANARY = ${JSON.stringify(canary)}\n${read(file)}`)

await serve({
  answers: async () => [
    await script(read('guests/before-request.js')),
    await afterResponse(read('guests/after-response.js')),
    await tests(read('guests/tests.js')),
    await script('bru.setVar("not a name", 1)'),
    await script('throw new RangeError("not today")'),
    await script('await Promise.reject(new Error("later"))'),
    await script('nothing.there'),
    await script('require("./lib/missing")'),
    await script('bru.setVar("kinds", [typeof process.exit, typeof global, typeof Buffer, typeof __dirname, typeof module])'),
    await script(
      'for (const id of ["fs", "child_process", "../program.mjs"]) try { require(id) } catch ({ name }) { bru.setVar(`no-${id.length}`, name) }',
    ),
  ],
  escape: attackWith('guests/escape.js'),
  template: attackWith('guests/template.js'),
  stall: () => attack('for (;;);', 500),
})
