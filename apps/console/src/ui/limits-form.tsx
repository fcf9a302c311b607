import { LIMIT_FIELDS } from '../limit-fields.ts'
import { limits, stated } from '../state.ts'

export const LimitsForm = () => (
  <section class="panel limits">
    <div class="head">
      <h2>Limits</h2>
      <p class="aside">blank: the default</p>
      <button type="button" class="quiet" aria-disabled={Object.keys(limits.value).length === 0} onClick={() => (limits.value = {})}>
        Clear
      </button>
    </div>
    <div class="fields">
      {LIMIT_FIELDS.map(({ name, what, unit, fallback }) => {
        const wrong = stated.value.wrong.includes(name)
        return (
          <label key={name} title={what}>
            <span>
              {name} <small>{unit}</small>
            </span>
            <input
              inputMode="numeric"
              autocomplete="off"
              placeholder={fallback}
              aria-invalid={wrong}
              aria-describedby={wrong ? 'limits-hint' : undefined}
              value={limits.value[name] ?? ''}
              onInput={({ currentTarget: { value } }) => {
                const { [name]: _, ...others } = limits.value
                limits.value = value === '' ? others : { ...others, [name]: value }
              }}
            />
          </label>
        )
      })}
    </div>
    {stated.value.wrong.length > 0 && (
      <p id="limits-hint" class="bad hint">
        {stated.value.wrong.join(', ')}: a whole number, like 500, 64k or 32M.
      </p>
    )}
  </section>
)
