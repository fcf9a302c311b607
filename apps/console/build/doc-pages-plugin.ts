import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { Marked } from 'marked'
import type { Plugin } from 'vite'

/** They have less to load than the app. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** The pages of the error codes, and what they link to. */
const PAGES = ['SECURITY.md', 'docs/errors/*.md', 'docs/decisions/*.md']

/** Renders the project's pages beside the app, so that no link of an error leaves it. */
export function docPagesPlugin(): Plugin {
  return {
    name: 'doc-pages',
    apply: 'build',
    generateBundle() {
      const [tokens, page] = ['tokens', 'doc-page'].map((name) => readFileSync(new URL(`../src/${name}.css`, import.meta.url), 'utf8'))
      this.emitFile({ type: 'asset', fileName: 'doc-page.css', source: `${tokens}\n${page}` })
      const paths = globSync(PAGES, { cwd: ROOT })
      for (const path of paths) {
        const source = docPage(path, readFileSync(ROOT + path, 'utf8'), paths)
        this.emitFile({ type: 'asset', fileName: htmlName(path), source })
      }
    },
  }
}

const htmlName = (path: string): string => path.replace(/\.md$/, '.html')

/** One page. A link to what is not among `paths` becomes its text: the built folder has no such file. */
export function docPage(path: string, markdown: string, paths: readonly string[]): string {
  const marked = new Marked({
    renderer: {
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens)
        const [file = '', anchor] = href.split('#')
        const target = file === '' ? path : join(dirname(path), file)
        if (!paths.includes(target)) return text
        const to = (file === '' ? '' : htmlName(relative(dirname(path), target))) + (anchor === undefined ? '' : `#${anchor}`)
        return `<a href="${to}">${text}</a>`
      },
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
    },
  })
  const up = relative(dirname(path), '.') || '.'
  return `<!doctype html>
<html lang="en">
  <head>
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${basename(path, '.md')} · beddel</title>
    <link rel="icon" href="${up}/favicon.svg" type="image/svg+xml" />
    <script src="${up}/theme.js"></script>
    <link rel="stylesheet" href="${up}/doc-page.css" />
  </head>
  <body>
    <nav><a href="${up}/index.html">beddel playground</a></nav>
    <main>
${marked.parse(markdown, { async: false })}    </main>
  </body>
</html>
`
}

/** The anchors that GitHub gives. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
