import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

interface Given {
  port: number
  path?: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** A request with exactly these headers: `fetch` would not let a test choose `Host` and `Origin`. */
export async function rawRequest({ port, path = '/', method = 'GET', headers = {}, body }: Given): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, setHost: headers.host === undefined })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
  return { status: response.statusCode as number, headers: response.headers, text: await text(response) }
}
