import { readFileSync } from 'node:fs'
import { endingOf, requireHere, serve } from '../support/program.mjs'

const { createPacResolver } = requireHere('pac-resolver')
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')

/** A name server without a network. */
const ADDRESSES = { 'intranet.example': '10.1.2.3', 'build.example': '10.9.0.1', 'www.example': '192.0.2.10' }
const sandbox = {
  dnsResolve: async (host) => ADDRESSES[host] ?? null,
  isResolvable: async (host) => host in ADDRESSES,
  myIpAddress: async () => '10.1.200.7',
  alert: () => {},
}
/** `timeout` is for the script, with vm2 too; `limits` for each call of a function that it gave, which vm2 does not limit. */
const resolver = (code, ms = 30_000) => createPacResolver(code, { sandbox, timeout: ms, limits: { timeoutMs: ms } })
const URLS = [
  'http://printer/',
  'http://www.example/a?b=c',
  'https://www.example/',
  'http://intranet.example/wiki',
  'http://build.example:8080/job/1',
  'ftp://nowhere.example/file',
  'http://10.1.7.7/',
]

await serve({
  answers: async () => {
    const answers = []
    for (const file of ['office.pac', 'helpers.pac', 'broken.pac']) {
      for (const url of URLS) answers.push(await endingOf(() => resolver(read(`guests/${file}`))(url)))
    }
    answers.push(await endingOf(() => resolver('function FindProxyForURL( {')))
    answers.push(await endingOf(() => resolver('var FindProxyForURL = 1')))
    return answers
  },
  escape: (canary) => resolver(`var CANARY = ${JSON.stringify(canary)};${read('guests/escape.pac')}`)('http://www.example/'),
  stall: () => resolver('function FindProxyForURL() { for (;;); }', 500)('http://www.example/'),
})
