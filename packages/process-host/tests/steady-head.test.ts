import { expect, test } from 'vitest'
import { steadyHead, type SteadyHead, withoutSteady, withSteady } from '../src/steady-head.js'

const first = {
  mode: 'run',
  form: 'auto',
  language: 'js',
  filename: 'guest.js',
  functions: [],
  freshness: 'isolate',
  timeoutMs: 5_000,
  memoryBytes: 134_217_728,
  resultBytes: 4_194_304,
  logBytes: 65_536,
  hostCalls: 1_000,
  web: false,
  codegen: false,
  wasm: false,
  session: 's',
  operations: 100,
  through: 'f',
}

/** As a call crosses: what is left of it, put together with what the first one said. */
const crossed = (head: SteadyHead): unknown => {
  const said = JSON.parse(JSON.stringify(withoutSteady(head, steadyHead(first as SteadyHead)))) as Partial<SteadyHead>
  withSteady(said, steadyHead(first as SteadyHead))
  return said
}

test('a call arrives as it was sent, whatever the first one said', () => {
  const { operations: _operations, through: _through, ...second } = first
  for (const head of [
    first,
    second,
    { ...second, mode: 'call', name: 'f', args: '1j[]', timeoutMs: 3.5 },
    { ...second, form: 'script', language: 'ts', filename: 'b.js', freshness: 'context', web: true, codegen: true, wasm: true },
    { ...second, memoryBytes: 1, resultBytes: 1, logBytes: 0, hostCalls: 0 },
  ]) {
    expect(crossed(head as unknown as SteadyHead)).toEqual(head)
  }
})

test('a call like the first one is short', () => {
  const said = withoutSteady({ ...first, mode: 'call', name: 'f', args: '1j[]' } as unknown as SteadyHead, steadyHead(first as SteadyHead))
  expect(Object.keys(said).sort()).toEqual(['args', 'functions', 'mode', 'name', 'operations', 'session', 'through', 'timeoutMs'])
})
