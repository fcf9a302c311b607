import type { Findings } from './target.ts'
import { DIALECTS } from './source-forms.ts'
import { TARGETS } from './targets.ts'

/** docs/fuzz.md */
export function markdownOf(all: readonly Findings[]): string {
  const rows = all.map(({ name, runs, seconds, seed, failure }) => {
    const says = TARGETS.find((target) => target.name === name)?.says ?? ''
    return `| \`${name}\` | ${says} | ${runs} | ${Math.round(seconds)} | ${seed} | ${failure === undefined ? 'nothing' : `**found**, path ${failure.path}`} |`
  })
  return `# Fuzzing

\`pnpm fuzz --time <seconds> --seed <number>\` runs each of these for its share of the time (60 seconds in all by default, another seed each time) and makes smaller what it finds;
\`--only <name>\` takes one of them, with \`--seed\` and \`--path\` it repeats a failure, \`--write\`, of all of them, writes this page. Every \`pnpm test\` has a short run of each with a seed of its own.

Last run: ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}.

| target | what must always hold | cases | seconds | seed | found |
|---|---|---|---|---|---|
${rows.join('\n')}

The hostile child of \`protocol\` is a program that shares no code with the real one; what it does stands in the source that it is sent: lies, half frames, floods, replies twice and for
others, death in the middle. \`forms\` lets the engines' own dialects be:

${DIALECTS.map(({ what }) => `- ${what}`).join('\n')}

[The threat model](security/threat-model.md#what-was-found-by-this) lists what was found.
`
}
