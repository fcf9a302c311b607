// A child that has been taken over: it reads what it is to do from the source of each run and does just that. It shares
// no code with the real one.
import { closeSync, readSync, writeSync } from 'node:fs'

const RUN = 1
const READY = 33

function frame(type, id, parts) {
  const bodies = parts.map((part) => {
    const bytes = Buffer.from(part)
    const head = Buffer.alloc(5)
    head.writeUInt32LE(bytes.length, 1)
    return Buffer.concat([head, bytes])
  })
  const body = Buffer.concat(bodies)
  const head = Buffer.alloc(9)
  head.writeUInt32LE(5 + body.length, 0)
  head.writeUInt8(type & 255, 4)
  head.writeUInt32LE(id >>> 0, 5)
  return Buffer.concat([head, body])
}

function write(bytes, fd = 1) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(0)
    }
  }
}

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const deeds = {
  frame: (id, type, delta, parts) => write(frame(type, id + delta, parts)),
  half: (id, type, parts, bytes) => write(frame(type, id, parts).subarray(0, bytes)),
  flood: (id, type, parts, times) => {
    const one = frame(type, id, parts)
    for (let i = 0; i < times; i++) write(one)
  },
  raw: (_id, base64) => write(Buffer.from(base64, 'base64')),
  length: (_id, length) => {
    const head = Buffer.alloc(9)
    head.writeUInt32LE(length >>> 0, 0)
    write(head)
  },
  stderr: (_id, length) => write(Buffer.alloc(length, 'FATAL ERROR: out of memory '), 2),
  sleep: (_id, ms) => sleep(ms),
  exit: (_id, code) => process.exit(code),
  signal: (_id, name) => {
    process.kill(process.pid, name)
    sleep(1_000)
  },
  close: () => closeSync(1),
}

write(frame(READY, 0, [JSON.stringify({ wire: 1, version: 'hostile' })]))

let held = Buffer.alloc(0)
const chunk = Buffer.alloc(65_536)
for (;;) {
  let length
  try {
    length = readSync(0, chunk)
  } catch (error) {
    if (error.code !== 'EAGAIN') process.exit(0)
    sleep(1)
    continue
  }
  if (length === 0) process.exit(0)
  held = Buffer.concat([held, chunk.subarray(0, length)])
  while (held.length >= 4 && held.length >= 4 + held.readUInt32LE(0)) {
    const body = held.subarray(4, 4 + held.readUInt32LE(0))
    held = held.subarray(4 + body.length)
    if (body.readUInt8(0) !== RUN) continue
    const parts = []
    for (let at = 5; at < body.length; ) {
      const size = body.readUInt32LE(at + 1)
      parts.push(body.toString(body[at] === 1 ? 'utf16le' : 'utf8', at + 5, at + 5 + size))
      at += 5 + size
    }
    for (const [name, ...args] of JSON.parse(parts[1])) deeds[name](body.readUInt32LE(1), ...args)
  }
}
