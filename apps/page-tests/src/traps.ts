import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listeners on loopback that nobody has a reason to reach. */
export class Traps {
  readonly #paths = new Set<string>()
  #datagrams = 0
  readonly #http = createServer((request, response) => this.#sprung(request.url, () => response.end()))
  readonly #udp = createSocket('udp4', () => this.#datagrams++)
  port = 0
  udpPort = 0

  async open(): Promise<this> {
    this.#http.on('upgrade', (request, socket) => this.#sprung(request.url, () => socket.destroy()))
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve))
    await new Promise<void>((resolve) => this.#udp.bind(0, '127.0.0.1', resolve))
    this.port = (this.#http.address() as AddressInfo).port
    this.udpPort = this.#udp.address().port
    return this
  }

  /** Whether somebody asked for this path. */
  caught(path: string): boolean {
    return this.#paths.has(path)
  }

  get datagrams(): number {
    return this.#datagrams
  }

  close(): void {
    this.#http.closeAllConnections()
    this.#http.close()
    this.#udp.close()
  }

  #sprung(url: string | undefined, answer: () => void): void {
    this.#paths.add((url ?? '').slice(1).split('?')[0] as string)
    answer()
  }
}
