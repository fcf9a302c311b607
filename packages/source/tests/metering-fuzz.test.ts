import vm from 'node:vm'
import { expect, test } from 'vitest'
import { meter, SourceError } from '../src/metering.js'

const LOOP = '(()=>{for(let i=0;i<9;i++)turns++})()'
const TOKENS = `a of yield async await let static get using a?.return a.of a?.of a?.yield #p / / /g /= { } \` \${ } ( ) [ ] ; ,
  ++ + - ! = => : ? 1 " ' \\ function:f() function*g() async()=> class:A class:A:extends:a if(a) else while(0) do
  for(a:of:[]) for(;0;) return typeof new void in instanceof case:1: switch(1) default: try catch finally l: break
  <!-- --> /* */ // x= ({ }) ... /re/ "use:strict" (function*(){ }).call().next() f( =class{ ={ var const ?. ** . true
  null this super static{ a?.class a?.function`
  .split(/\s+/)
  .map((token) => (token.includes(':') && !/^(l:|:|default:)$/.test(token) ? token.replaceAll(':', ' ') : token))

/** Random soups of few kinds of tokens, run with no budget at all. Gives those in which more loops turned than were counted. */
function uncounted(metered: (source: string) => string, rounds: number) {
  let seed = 7
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const state = { turns: 0, ticks: 0 }
  const context = vm.createContext(state)
  const globals = 'var a=1,g=1,f=()=>1,x,of=1,async=()=>1,await=1,get=1,using=1;'
  vm.runInContext(`${globals}var __beddel_spent=()=>{ticks++},indirect=eval`, context)
  const found: string[] = []
  let looped = 0
  let few: string[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 200 === 0) few = [LOOP, '\n', '/', '/g', 'a', ...Array.from({ length: 4 }, () => TOKENS[random(TOKENS.length)]!)]
    let source = LOOP
    for (let length = 2 + random(9); length > 0; length--) source += few[random(few.length)]! + (random(3) ? '' : ' ')
    source = source.slice(random(2) * LOOP.length)
    let code: string
    try {
      code = metered(source)
    } catch (error) {
      if (error instanceof SourceError) continue
      throw error
    }
    state.turns = state.ticks = 0
    try {
      ;(vm.runInContext('indirect', context) as (code: string) => unknown)(code)
    } catch {}
    if (state.turns > 0) looped++
    if (state.ticks < state.turns) found.push(source)
  }
  return { found, looped }
}

test('no soup of tokens that V8 runs has an uncounted loop', () => {
  const { found, looped } = uncounted((source) => meter(source, { form: 'script', budget: 0 }).code, 80_000)
  expect(found).toEqual([])
  expect(looped).toBeGreaterThan(1_000)
})

test('the search can fail', () => {
  expect(uncounted((source) => source, 2_000).found.length).toBeGreaterThan(100)
})
