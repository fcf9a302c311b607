import type { ComponentChildren } from 'preact'
import { canBeNamed, explained } from '../explained.ts'
import { type Place, PLACES } from '../places.ts'
import type { Explained } from '../runner.ts'
import { choose, engine } from '../state.ts'

type Engine = Explained['engines'][number]

export const EnginePicker = () => (
  <section class="panel engines">
    <div class="head">
      <h2>Engine</h2>
      <p class="aside">
        what <code>explain()</code> says
      </p>
    </div>
    {PLACES.map((place) => (
      <PlaceEngines key={place.id} place={place} found={explained.value[place.id]} />
    ))}
  </section>
)

function PlaceEngines({ place, found }: { place: Place; found: Explained | { failed: string } | undefined }) {
  if (found === undefined || 'failed' in found) {
    return (
      <fieldset>
        <legend>{place.title}</legend>
        <p class="hint">{found === undefined ? 'Looking at its engines …' : <span class="bad">{found.failed}</span>}</p>
      </fieldset>
    )
  }
  const { chosen, problem, engines, environment, decidedWhere, decidedBy } = found
  const choice = engines.filter((one) => canBeNamed(one, found))
  const others = engines.filter((one) => !canBeNamed(one, found))
  const by = decidedBy === 'automatic' || decidedBy === undefined ? '' : `, named by ${decidedWhere}`
  return (
    <fieldset>
      <legend>
        {place.title}
        {environment.nodeVersion !== undefined && <small> Node {environment.nodeVersion}</small>}
      </legend>
      <Choice id={place.id} name="Automatic" tags={[]}>
        {problem === undefined ? `takes ${chosen}${by}` : <span class="bad">{problem.message}</span>}
      </Choice>
      {choice.map((one) => (
        <Choice key={one.engine} id={`${place.id}:${one.engine}`} name={one.engine} version={one.version} tags={tagsOf(one)}>
          <Facts engine={one} />
        </Choice>
      ))}
      {others.length > 0 && (
        <details>
          <summary>{others.length === 1 ? 'One engine' : `${others.length} engines`} more, not to be chosen here</summary>
          <ul>
            {others.map((one) => (
              <li key={one.engine}>
                <b>{one.engine}</b> <Facts engine={one} />
                {one.fix !== undefined && <> To do: {one.fix}.</>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </fieldset>
  )
}

interface ChoiceProps {
  id: string
  name: string
  version?: string | undefined
  tags: readonly string[]
  children: ComponentChildren
}

const Choice = ({ id, name, version, tags, children }: ChoiceProps) => (
  <label class="choice">
    <input
      type="radio"
      name="engine"
      aria-labelledby={`${id}-name ${id}-tags`}
      aria-describedby={`${id}-facts`}
      checked={engine.value === id}
      onChange={() => choose(id)}
    />
    <span class="name" id={`${id}-name`}>
      {name} {version !== undefined && <small>{version}</small>}
    </span>
    <span class="tags" id={`${id}-tags`}>
      {tags.map((tag) => (
        <span key={tag} class="tag" data-tag={tag}>
          {tag}
        </span>
      ))}
    </span>
    <span class="facts" id={`${id}-facts`}>
      {children}
    </span>
  </label>
)

const tagsOf = ({ boundary, isolation, placement }: Engine): string[] => [
  boundary === true ? 'boundary' : 'no boundary',
  ...(isolation === undefined ? [] : [isolation]),
  ...(placement === 'process' && isolation !== 'process' ? ['own process'] : []),
]

/** Why it is or is not taken, and what it does not hold. */
function Facts({ engine: { reason, unenforced, limits } }: { engine: Engine }) {
  const notes = unenforced
    .filter((name) => !reason.includes(name))
    .map((name) => (name === 'memoryBytes' && limits?.heap.note ? `${name} (${limits.heap.note})` : name))
  return (
    <>
      {reason}
      {notes.length > 0 && <>. Not held: {notes.join(', ')}</>}
    </>
  )
}
