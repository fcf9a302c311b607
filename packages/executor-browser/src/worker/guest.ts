/**
 * The script of a guest's worker, before the guest runtime: it takes the port, leaves nothing of a worker's own to the
 * guest, and carries texts between the two. The guest shares this realm, so all that is used here later is captured
 * first, and nothing that is not text is ever within the guest's reach.
 */
import { ASK, cellServices, type Dispatch, type Post, type RuntimeOptions, TELL } from '@beddel/core/engine'
import { ANSWER, BROKEN, FENCE, READY, RUN_BODY } from '../wire.js'

type Runtime = (post: Post, options: RuntimeOptions) => Dispatch

export function start(runtime: Runtime, options: RuntimeOptions): void {
  const G = globalThis
  const { apply, deleteProperty, ownKeys } = Reflect
  const { getPrototypeOf, prototype: ObjectPrototype } = Object
  const { eval: evaluate } = G
  const { postMessage } = MessagePort.prototype
  const dataOf = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get as () => unknown
  const services = cellServices()

  const begin = (port: MessagePort): void => {
    const send = (message: unknown[]): void => apply(postMessage, port, [message])
    const post: Post = (op, a, b, c) => {
      if (op === TELL.SERVICE) return services(a as string, b as string)
      send([op, a, b, c])
      return ''
    }
    stripGlobal()
    const dispatch = runtime(post, options)

    /** Runs a source that was found to be the body of an async function. */
    const runBody = (text: string): undefined => {
      let body: unknown
      try {
        body = evaluate(text)
      } catch (error) {
        dispatch(ASK.THREW, error)
        return undefined
      }
      dispatch(ASK.INVOKE, body)
      return undefined
    }

    let answer: unknown
    port.onmessage = (event) => {
      const data = apply(dataOf, event, []) as [number, string, string, string]
      const op = data[0]
      if (op === FENCE) return send([ANSWER, answer])
      answer = undefined
      try {
        answer = op === RUN_BODY ? runBody(data[1]) : dispatch(op, data[1], data[2], data[3])
      } catch {
        // Whatever it is, it may be the guest's, and is not looked at.
        send([BROKEN])
      }
    }
    send([READY])
  }

  /** What the global object inherits: everything that makes it a worker's. Its own properties are the runtime's to take. */
  const stripGlobal = (): void => {
    for (let proto = getPrototypeOf(G) as object; proto !== ObjectPrototype; proto = getPrototypeOf(proto) as object) {
      const keys = ownKeys(proto)
      for (let i = 0; i < keys.length; i++) deleteProperty(proto, keys[i] as PropertyKey)
    }
  }

  G.addEventListener('message', (event) => begin((event as MessageEvent).ports[0] as MessagePort), { once: true })
}
