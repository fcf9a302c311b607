import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mistakeIn } from '../src/fuzz/mistake.ts'

test.for([
  ['fuzz', '--seed -5', "'--seed' argument is ambiguous"],
  ['fuzz', '--only codec --only nosuch', 'nosuch'],
  ['soak', '--nonsense', "Unknown option '--nonsense'"],
  ['soak', '--time 10', '--time 10 is too short'],
  ['matrix', '--nonsense', "Unknown option '--nonsense'"],
  ['matrix', '--node 24 --node 99', 'no Node 99'],
  ['matrix', '--pair quickjs --pair nosuch', 'nosuch'],
] as const)('%s %s is wrong usage', { timeout: 60_000 }, ([command, args, says]) => {
  const file = fileURLToPath(new URL(`../src/${command}/main.ts`, import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [file, ...args.split(' ')], { encoding: 'utf8', timeout: 50_000 })
  expect([status, stderr.includes(says), stderr.includes('usage: pnpm '), / at .*:\d+:\d+/.test(stderr)]).toEqual([2, true, true, false])
})

const NAMES = ['codec', 'options']

test.for([
  [{ only: ['codec', 'nosuch'] }, 'nosuch'],
  [{ seed: '-5' }, '--seed -5 is no seed'],
  [{ seed: '1.5' }, '--seed 1.5 is no seed'],
  [{ seed: '2147483648' }, 'is no seed'],
  [{ time: 'no' }, '--time no is no number'],
  [{ time: '0' }, '--time 0 is no number'],
  [{ only: ['codec'], write: true }, '--write goes without --only'],
  [{ only: ['codec'], seed: '1', path: 'zzz' }, '--path zzz is no path'],
  [{ seed: '1', path: '3' }, '--path goes with'],
  [{ only: ['codec'], path: '3' }, '--path goes with'],
  [{ only: NAMES, seed: '1', path: '3' }, '--path goes with'],
] as const)('the fuzzer does not take %j', ([given, says]) => {
  expect(mistakeIn({ time: '60', ...given, only: 'only' in given ? [...given.only] : undefined }, NAMES)).toContain(says)
})

test.for([{}, { write: true }, { only: NAMES, seed: '0', time: '0.5' }, { only: ['codec'], seed: '2147483647', path: '12:0:3' }])(
  'the fuzzer takes %j',
  (given) => expect(mistakeIn({ time: '60', ...given }, NAMES)).toBeUndefined(),
)
