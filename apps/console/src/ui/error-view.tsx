import type { ErrorFacts } from '../runner.ts'

export const ErrorView = ({ error }: { error: ErrorFacts }) => {
  const { code, origin, message, phase, started, retryable, guest, details } = error
  return (
    <div class="error">
      <p class="what">
        <a href={`./docs/errors/${code}.html`} target="_blank" rel="noopener">
          {code}
        </a>
        <span>
          origin {origin} · phase {phase} · {started ? 'the guest had started' : 'the guest had not started'} ·{' '}
          {retryable ? 'retryable' : 'not retryable'}
        </span>
      </p>
      <p class="message">{message}</p>
      {guest !== undefined && (
        <pre tabIndex={0} aria-label="What the guest threw">
          {guest.stack ?? `${guest.name}: ${guest.message}`}
          {guest.value !== undefined && `\nvalue: ${guest.value}`}
          {guest.properties !== undefined && `\nproperties: ${guest.properties}`}
          {guest.cause !== undefined && `\ncause: ${guest.cause}`}
        </pre>
      )}
      {details !== undefined && (
        <pre tabIndex={0} aria-label="Details">
          details: {details}
        </pre>
      )}
    </div>
  )
}
