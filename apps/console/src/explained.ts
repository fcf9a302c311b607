import { SandboxError } from '@beddel/core'
import { effect, signal } from '@preact/signals'
import { type Place, PLACES } from './places.ts'
import type { Explained } from './runner.ts'
import { choose, engine, engineFromLink, notice, stated, web } from './state.ts'

/** Somebody may be typing a figure. */
const REST_MS = 250

/** What each place says about its engines, by its id: with the limits that are stated now. */
export const explained = signal<Readonly<Record<string, Explained | { failed: string }>>>({})

/** Asks each place, and asks again when what shapes the choice changes. */
export function watchEngines(): void {
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  effect(() => {
    const shape = { limits: stated.value.limits, web: web.value }
    const turn = ++asked
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        for (const place of PLACES) {
          void answerOf(place, shape).then((answer) => {
            if (turn === asked) explained.value = { ...explained.value, [place.id]: answer }
          })
        }
      },
      turn === 1 ? 0 : REST_MS,
    )
  })
  effect(leaveWhatIsNotThere)
}

const answerOf = ({ runner }: Place, shape: Parameters<Place['runner']['explain']>[0]): Promise<Explained | { failed: string }> =>
  runner.explain(shape).catch((error: unknown) => ({ failed: messageOf(error) }))

const messageOf = (error: unknown): string => (SandboxError.isInstance(error) ? `${error.code}: ` : '') + (error as Error).message

/** Whether an order that names it would be taken: it works, and it is a boundary or this place is for trusted code. */
export const canBeNamed = ({ usable, boundary }: Explained['engines'][number], { trust }: Explained): boolean =>
  usable === true && (boundary === true || trust === 'trusted')

/** A link may name what cannot be chosen here. And what has no boundary is chosen by its reader, or not at all. */
function leaveWhatIsNotThere(): void {
  const [id = '', named] = engine.value.split(':')
  const found = explained.value[id]
  if (found === undefined || 'failed' in found || named === undefined) return
  const one = found.engines.find((each) => each.engine === named)
  if (one !== undefined && canBeNamed(one, found) && !(engineFromLink.value && one.boundary !== true)) return
  choose(id)
  const why = one !== undefined && canBeNamed(one, found) ? 'has no boundary, and a link cannot choose it' : 'cannot be chosen here'
  notice.value = `${notice.peek()} ${named} ${why}: the choice is automatic now.`.trim()
}
