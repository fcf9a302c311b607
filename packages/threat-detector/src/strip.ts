type Typescript = typeof import('@beddel/source/typescript')

/** The text that runs where the source is TypeScript. The stripper is loaded at the first one: it brings 3.7 MB. */
export async function strippedLater(source: string): Promise<Stripped> {
  return strip(await import('@beddel/source/typescript'), source)
}

export type Stripped = { code: string } | { code?: undefined; message: string; line: number; column: number; tooDeep?: true }

function strip({ stripTypes }: Typescript, source: string): Stripped {
  try {
    return { code: stripTypes(source) }
  } catch (error) {
    const { problem } = error as { problem?: { message: string; line: number; column: number; tooDeep?: true } }
    if (problem === undefined) throw error
    return problem
  }
}
