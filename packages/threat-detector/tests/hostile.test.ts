import { afterAll, expect, test } from 'vitest'
import { SandboxThreatDetector } from '../dist/index.js'

const detector = new SandboxThreatDetector({ cacheSize: 0 })
afterAll(() => detector.dispose())

const MB = 1_000_000
const each = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('')

/** Each ends within the thread's memory and its own work; how long it took is no matter here, that it ends is. */
test.each([
  ['brackets', '['.repeat(MB), 'TOO_DEEP'],
  ['parentheses', '('.repeat(MB), 'TOO_DEEP'],
  ['blocks', '{'.repeat(MB), 'TOO_DEEP'],
  ['a sum of a quarter of a million', `x=${"'a'+".repeat(MB / 4)}'a'`, 'TOO_DEEP'],
  ['a megabyte that is one name', 'a'.repeat(MB), undefined],
  ['a path of half a million', `a${'.b'.repeat(MB / 2)}`, undefined],
  ['calls of calls', `a${'()'.repeat(MB / 2)}`, undefined],
  [
    'functions that call the next one twice',
    `${each(30, (i) => `function f${i}(x){return f${i + 1}(x)+f${i + 1}(x)}`)}function f30(x){return x}globalThis[f0('a')]`,
    undefined,
  ],
  ['texts that double', `let a0='xxxxxxxx';${each(100, (i) => `let a${i + 1}=a${i}+a${i};`)}globalThis[a100]`, undefined],
  [
    'lists that multiply',
    `const b0=[1,2,3,4,5,6,7,8,9];${each(12, (i) => `const b${i + 1}=[${`...b${i},`.repeat(9)}];`)}globalThis[b12]`,
    undefined,
  ],
  [
    'a long list that is joined again and again',
    `const a=[${"'x',".repeat(5_000)}];${'globalThis[a.join("")];'.repeat(30_000)}`,
    'WORK_LIMIT',
  ],
  ['scopes in scopes', `${'{let x;'.repeat(500)}${'y;'.repeat(200_000)}${'}'.repeat(500)}`, undefined],
  ['variables that need each other', `let a=b,b=c,c=a;globalThis[a]`, undefined],
  ['a function that calls itself', `const f=(x)=>f(x)+f(x);globalThis[f('a')]`, undefined],
] as const)('%s', async (_, source, problem) => {
  const analysis = await detector.analyzeElsewhere(source)
  expect(analysis.problem?.code).toBe(problem)
  if (problem !== undefined) expect(analysis).toMatchObject({ blocked: true, blockedBy: 'problem', severity: 'high' })
})

test('10,000 findings are counted, 200 kept, and the one that matters is among them', async () => {
  const { findingCount, patterns, score } = await detector.analyzeCode(
    `${'performance.now();'.repeat(10_000)}(()=>{}).constructor('return 1')()`,
  )
  expect(findingCount).toBe(10_001)
  expect(patterns).toHaveLength(200)
  expect(patterns.at(-1)).toMatchObject({ name: 'VM_ESCAPE' })
  expect(score).toBe(100)
})

test('the work grows with the source and no faster', async () => {
  const unit = `function area(r) { const k = [1, 2, 3].map((n) => n * r); return { k, s: 'a' + r, t: Math.max(...k) } }\n`
  const cost = async (count: number): Promise<number> => {
    const source = unit.repeat(count)
    let best = Infinity
    for (let i = 0; i < 5; i++) {
      const before = process.cpuUsage()
      await detector.analyzeCode(source)
      const { user, system } = process.cpuUsage(before)
      best = Math.min(best, user + system)
    }
    return best / count
  }
  await cost(50)
  const [small, large] = [await cost(200), await cost(3_200)]
  // 16 times the source: a quadratic part would show as 16 here. A large heap costs more a kilobyte, by a constant.
  expect(large / small).toBeLessThan(8)
})

test.each([
  ['let a = ', 1, 9],
  ['a b', 1, 3],
  ['x\n  @', 2, 3],
])('what cannot be parsed is a verdict of its own: %j', async (source, line, column) => {
  expect(await detector.analyzeCode(source)).toMatchObject({
    score: 0,
    severity: 'high',
    blocked: true,
    blockedBy: 'problem',
    problem: { code: 'PARSE_ERROR', line, column },
  })
})

test('what is longer than allowed is not parsed', async () => {
  const small = new SandboxThreatDetector({ maxLength: 10 })
  expect(await small.analyzeCode('1 + 1 + 1 + 1')).toMatchObject({ blocked: true, problem: { code: 'TOO_LONG' } })
})
