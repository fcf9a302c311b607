import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { Guard, TOKEN_HEADER } from '../server/guard.ts'

/** What a page of that host sends. */
function statusOf(port: number, host: string): number {
  const guard = new Guard(port)
  const headers = { host, origin: `http://${host}`, [TOKEN_HEADER]: guard.token, 'content-type': 'application/json' }
  const request = { method: 'POST', headers } as unknown as IncomingMessage
  return (guard.checkHost(request) ?? guard.checkOrder(request))?.status ?? 200
}

// 80 may not be had by a test, so that the guard is asked by itself.
test.each<[port: number, host: string, status: number]>([
  [80, '127.0.0.1', 200],
  [80, 'localhost', 200],
  [80, 'localhost:80', 200],
  [80, 'evil.example', 421],
  [80, 'localhost:4310', 421],
  [4310, 'localhost', 421],
  [4310, '127.0.0.1', 421],
])('on port %i, %s gets %i', (port, host, status) => expect(statusOf(port, host)).toBe(status))
