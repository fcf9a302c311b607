import { effect, signal } from '@preact/signals'
import { type Place, PLACES } from './places.ts'
import type { Explained } from './runner.ts'
import { engine, notice, stated, web } from './state.ts'

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
            if (turn !== asked) return
            explained.value = { ...explained.value, [place.id]: answer }
            if (!('failed' in answer)) leaveWhatIsNotThere(place, answer)
          })
        }
      },
      turn === 1 ? 0 : REST_MS,
    )
  })
}

const answerOf = ({ runner }: Place, shape: Parameters<Place['runner']['explain']>[0]): Promise<Explained | { failed: string }> =>
  runner.explain(shape).catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }))

/** Whether an order that names it would be taken: it works, and it is a boundary or this place is for trusted code. */
export const canBeNamed = ({ usable, boundary }: Explained['engines'][number], { trust }: Explained): boolean =>
  usable === true && (boundary === true || trust === 'trusted')

/** A link may name what cannot be chosen here. */
function leaveWhatIsNotThere({ id, title }: Place, found: Explained): void {
  const [place, named] = engine.value.split(':')
  if (place !== id || named === undefined) return
  if (found.engines.some((one) => one.engine === named && canBeNamed(one, found))) return
  engine.value = id
  notice.value = `${title}, ${named} cannot be chosen: the choice is automatic now.`
}
