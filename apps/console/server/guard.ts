import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export const TOKEN_HEADER = 'x-beddel-token'
const HTTP_PORT = 80

export interface Refusal {
  status: number
  why: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Who may speak to this server: the page that it served itself, and no other page of the same browser. Another page can
 * send requests to a loopback port, and by DNS rebinding can have a name of its own resolve to it; it cannot choose the
 * `Host` and `Origin` that the browser writes, nor read the page that holds the token.
 */
export class Guard {
  /** Of this start of the server. Stands in the page, which no other origin can read. */
  readonly token = randomBytes(32).toString('base64url')
  readonly #hosts: ReadonlySet<string>

  constructor(port: number) {
    const names = ['127.0.0.1', 'localhost']
    // A browser leaves out the port that a scheme has anyway.
    this.#hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === HTTP_PORT ? names : [])])
  }

  /** For every request. */
  checkHost({ headers: { host } }: IncomingMessage): Refusal | undefined {
    if (host !== undefined && this.#hosts.has(host)) return undefined
    return { status: 421, why: 'This server answers to 127.0.0.1 and localhost only.' }
  }

  /** For what makes a guest run, after {@link checkHost}. */
  checkOrder({ method, headers }: IncomingMessage): Refusal | undefined {
    if (method !== 'POST') return { status: 405, why: 'POST only.' }
    // The browser writes `Origin` on every POST; what has none is no page.
    if (headers.origin !== `http://${headers.host}`) return { status: 403, why: 'Another origin cannot run guests here.' }
    const site = headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin') return { status: 403, why: 'Another site cannot run guests here.' }
    const token = headers[TOKEN_HEADER]
    if (typeof token !== 'string' || !timingSafeEqual(digest(token), digest(this.token))) {
      return { status: 403, why: 'This page is from an earlier start of the server. Reload it.' }
    }
    // A form or a `no-cors` fetch cannot say this.
    if (headers['content-type'] !== 'application/json') return { status: 415, why: 'application/json only.' }
    return undefined
  }
}
