import { BrowserExecutor } from '@beddel/executor-browser'
import { QuickJsExecutor } from '@beddel/executor-quickjs'
import { Frames } from '@beddel/page-host'
import type { PageBait } from '../src/page-attacks.ts'

type How = 'control' | 'inside' | 'browser' | 'quickjs'

/** What came of an attack, as the page sees it. */
export interface Seen {
  /** What the guest gave, or how it ended. */
  said: string
  kept: boolean
  messages: string[]
}

/** A worker that evaluates whatever comes, with all that a worker has. */
const OPEN_WORKER = `onmessage = ({ ports: [port], data }) => {
  const perform = async ([code, bait]) => {
    try { port.postMessage(String(await (0, eval)('(async (bait) => {' + code + '\\n})')(bait))) } catch (error) { port.postMessage('threw ' + error) }
  }
  if (port) port.onmessage = (event) => perform(event.data)
}`

const browserExecutor = (): BrowserExecutor => new BrowserExecutor({ web: true, limits: { timeoutMs: 2_000 } })
const executors = {
  browser: browserExecutor(),
  quickjs: new QuickJsExecutor({ web: true, limits: { timeoutMs: 2_000 } }),
}

/** Lays the page's secrets out. */
async function lay({ key }: PageBait, secret: string): Promise<void> {
  localStorage.setItem(key, secret)
  sessionStorage.setItem(key, secret)
  document.cookie = `${key}=${secret}`
  Object.assign(globalThis, { [key]: secret })
  await (await caches.open(key)).put('/secret', new Response(secret))
  const file = await (await (await navigator.storage.getDirectory()).getFileHandle(key, { create: true })).createWritable()
  await file.write(secret)
  await file.close()
  const open = indexedDB.open(key)
  open.onupgradeneeded = () => open.result.createObjectStore('s').put(secret, 'k')
  await new Promise((resolve, reject) => {
    open.onsuccess = resolve
    open.onerror = reject
  })
  open.result.close()
}

/** Whether something of the guest's is in the page's storage. */
async function kept({ marker }: PageBait): Promise<boolean> {
  const directory = await navigator.storage.getDirectory()
  const registrations = await navigator.serviceWorker.getRegistrations()
  return (
    localStorage.getItem(marker) !== null ||
    document.cookie.includes(marker) ||
    (await indexedDB.databases()).some(({ name }) => name === marker) ||
    (await caches.has(marker)) ||
    (await directory.getFileHandle(marker).then(
      () => true,
      () => false,
    )) ||
    registrations.some(({ active, installing, waiting }) => [active, installing, waiting].some((one) => one?.scriptURL.includes(marker)))
  )
}

const late = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, ms, 'no answer'))

async function inWorker(worker: Worker, code: string, bait: PageBait): Promise<string> {
  const { port1, port2 } = new MessageChannel()
  worker.postMessage(0, [port2])
  port1.postMessage([code, bait])
  const answer = await Promise.race([
    new Promise<string>((resolve) => (port1.onmessage = ({ data }) => resolve(data as string))),
    late(2_000),
  ])
  worker.terminate()
  return answer
}

async function perform(how: How, where: 'worker' | 'window', code: string, bait: PageBait): Promise<string> {
  if (how === 'browser' || how === 'quickjs') {
    const outcome = await executors[how].run(code, { form: 'body', globals: { bait } })
    return outcome.success ? String(outcome.result) : `threw ${outcome.error.message}`
  }
  if (how === 'inside') {
    // As a guest that has got out of the guest runtime: a worker in the sandboxed frame, with all that it has.
    const frames = new Frames(async () => OPEN_WORKER)
    const worker = frames.take('', 'open')
    const answer = new Promise<string>((resolve) => worker.listen((data) => resolve(data as string), resolve))
    worker.send([code, bait])
    const said = await Promise.race([answer, late(2_000)])
    frames.dispose()
    return said
  }
  if (where === 'worker') {
    const worker = new Worker(URL.createObjectURL(new Blob([OPEN_WORKER])))
    worker.addEventListener('message', ({ data }) => messages.push(JSON.stringify(data)))
    return inWorker(worker, code, bait)
  }
  const element = document.createElement('iframe')
  element.src = '/empty'
  document.body.append(element)
  await new Promise((resolve) => element.addEventListener('load', resolve, { once: true }))
  // oxlint-disable-next-line no-eval -- the control does what no engine may
  const guest = (element.contentWindow as unknown as { eval: typeof eval }).eval(`(async (bait) => {${code}\n})`) as (
    b: PageBait,
  ) => Promise<unknown>
  const said = await Promise.race([guest(bait).then(String, (error) => `threw ${error}`), late(2_000)])
  element.remove()
  return said
}

const messages: string[] = []
addEventListener('message', ({ data }) => messages.push(JSON.stringify(data)))
new BroadcastChannel('app').onmessage = ({ data }) => messages.push(JSON.stringify(data))
const shared = new SharedWorker('/shared.js')
shared.port.onmessage = ({ data }) => messages.push(JSON.stringify(data))

async function attack(how: How, where: 'worker' | 'window', code: string, bait: PageBait, secret: string): Promise<Seen> {
  await lay(bait, secret)
  messages.length = 0
  const said = await perform(how, where, code, bait)
  return { said, kept: await kept(bait), messages: [...messages] }
}

/** Lays the secrets out and makes a sandboxed frame, the only one there, for a test that is in it by itself. */
async function openFrame(bait: PageBait, secret: string): Promise<void> {
  await lay(bait, secret)
  messages.length = 0
  await executors.browser.dispose()
  executors.browser = browserExecutor()
  await executors.browser.run('1')
}

async function seen(bait: PageBait): Promise<Seen> {
  return { said: '', kept: await kept(bait), messages: [...messages] }
}

Object.assign(globalThis, { attack, openFrame, seen, ready: true })
export type Hostile = { attack: typeof attack; openFrame: typeof openFrame; seen: typeof seen }
