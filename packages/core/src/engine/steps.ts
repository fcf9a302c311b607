/** What a cell answers: at once, or later where its guest is on another thread. */
export type Later<T> = T | Promise<T>

/** Work that stops at each promise it comes to, and only there. */
export type Steps<T = void> = Generator<Promise<unknown>, T, unknown>

/** Waits for an answer; one that is there already does not stop the work. */
export function* answerOf<T>(answer: Later<T>): Steps<T> {
  return answer instanceof Promise ? ((yield answer) as T) : answer
}

/**
 * Drives the work to its end, and calls one of the two, once: before it returns, where nothing had to be waited for.
 */
export function drive<T>(steps: Steps<T>, done: (result: T) => void, failed: (error: unknown) => void): void {
  const go = (step: () => IteratorResult<Promise<unknown>, T>): void => {
    let next: IteratorResult<Promise<unknown>, T>
    try {
      next = step()
    } catch (error) {
      return failed(error)
    }
    if (next.done === true) return done(next.value)
    next.value.then(
      (answer) => go(() => steps.next(answer)),
      (error: unknown) => go(() => steps.throw(error)),
    )
  }
  go(() => steps.next())
}
