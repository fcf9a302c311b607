import { isReach, joined, MAX_ITEMS, MAX_TEXT, type Maybe, num, numberOf, str, textOf, arr, bool, type Value } from './values.js'

type Method = (args: readonly Maybe[]) => Maybe

/** What a method of a constant comes to, `undefined` where that is not known. Nothing of the guest runs: no regular expression either. */
export function callMethod(self: Maybe, name: string, args: readonly Maybe[]): Maybe {
  switch (self?.k) {
    case 'str':
      return ofText(self.s, name, args)
    case 'arr':
      return ofItems(self.items, name, args)
    case 'num': {
      const radix = args.length === 0 ? 10 : numberOf(args[0])
      return name === 'toString' && radix !== undefined && radix >= 2 && radix <= 36 ? str(self.n.toString(radix)) : undefined
    }
    default: {
      if (name !== 'toString' || self === undefined || isReach(self)) return undefined
      const text = textOf(self)
      return text === undefined ? undefined : str(text)
    }
  }
}

function ofText(text: string, name: string, args: readonly Maybe[]): Maybe {
  const numbers = args.map((arg) => numberOf(arg))
  const [first, second] = numbers
  const known = numbers.every((n) => n !== undefined)
  const [a, b] = args
  const [textA, textB] = [textOf(a), textOf(b)]
  switch (name) {
    case 'toString':
    case 'valueOf':
    case 'normalize':
      return str(text)
    case 'toLowerCase':
    case 'toUpperCase':
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
      return str(text[name]())
    case 'charAt':
    case 'at': {
      if (!known) return undefined
      return str((name === 'at' ? text.at(first ?? 0) : text.charAt(first ?? 0)) ?? '')
    }
    case 'charCodeAt':
    case 'codePointAt':
      return known ? num(text.charCodeAt(first ?? 0)) : undefined
    case 'slice':
    case 'substring':
    case 'substr':
      return known ? str(text[name](first ?? 0, second)) : undefined
    case 'concat': {
      const rest = joined(args, '')
      return rest === undefined ? undefined : fits(text + rest)
    }
    case 'repeat':
      return first !== undefined && first >= 0 && first * text.length <= MAX_TEXT ? str(text.repeat(first)) : undefined
    case 'padStart':
    case 'padEnd':
      return first !== undefined && first <= MAX_TEXT && (b === undefined || textB !== undefined)
        ? str(text[name](first, textB))
        : undefined
    case 'indexOf':
      return textA === undefined ? undefined : num(text.indexOf(textA, second))
    case 'includes':
      return textA === undefined ? undefined : bool(text.includes(textA))
    case 'split':
      return split(text, a)
    case 'replace':
    case 'replaceAll':
      return replace(text, name, a, textB)
    case 'italics':
      return str(`<i>${text}</i>`)
    case 'bold':
      return str(`<b>${text}</b>`)
    case 'fontcolor':
      return str(`<font color="${(textA ?? 'undefined').replaceAll('"', '&quot;')}">${text}</font>`)
    case 'link':
      return str(`<a href="${(textA ?? 'undefined').replaceAll('"', '&quot;')}">${text}</a>`)
    default:
      return undefined
  }
}

const fits = (text: string): Maybe => (text.length <= MAX_TEXT ? str(text) : undefined)

function split(text: string, by: Maybe): Maybe {
  const separator = by?.k === 'regexp' ? plain(by.source) : textOf(by)
  if (separator === undefined) return undefined
  return arr(text.split(separator, MAX_ITEMS).map(str))
}

function replace(text: string, name: 'replace' | 'replaceAll', from: Maybe, to: string | undefined): Maybe {
  if (to === undefined || to.includes('$')) return undefined
  if (from?.k === 'regexp') {
    const insensitive = from.flags.includes('i')
    const every = from.flags.includes('g')
    const set = /^\[([\w -]*)\]\+?$/.exec(from.source)
    if (set !== null && every && !/\w-\w/.test(set[1] as string)) {
      const characters = new Set(set[1])
      let kept = ''
      for (const c of text) kept += characters.has(c) ? to : c
      return fits(kept)
    }
    const word = plain(from.source)
    if (word === undefined || word === '' || insensitive) return undefined
    return fits(every ? text.replaceAll(word, to) : text.replace(word, to))
  }
  const word = textOf(from)
  return word === undefined || word === '' ? undefined : fits(text[name](word, to))
}

/** The text of a regular expression that stands for nothing else. One of the guest's is never run: it may take forever. */
function plain(source: string): string | undefined {
  if (source === '(?:)') return ''
  let text = ''
  for (let i = 0; i < source.length; i++) {
    let c = source[i] as string
    if (c === '\\') {
      c = source[++i] ?? ''
      if (/[\w\s]/.test(c)) return undefined
    } else if (/[\^$.*+?()[\]{}|]/.test(c)) return undefined
    text += c
  }
  return text
}

function ofItems(items: readonly Maybe[], name: string, args: readonly Maybe[]): Maybe {
  const ITEM_METHODS: Record<string, Method> = {
    join: ([by]) => {
      const separator = by === undefined && args.length === 0 ? ',' : textOf(by)
      const text = separator === undefined ? undefined : joined(items, separator)
      return text === undefined ? undefined : str(text)
    },
    toString: () => ITEM_METHODS.join?.([]),
    reverse: () => arr([...items].reverse()),
    toReversed: () => arr([...items].reverse()),
    concat: (more) => list([...items, ...more.flatMap((each) => (each?.k === 'arr' ? each.items : [each]))]),
    slice: ([from, to]) => {
      const [start, end] = [from === undefined ? 0 : numberOf(from), to === undefined ? undefined : numberOf(to)]
      return start === undefined || (to !== undefined && end === undefined) ? undefined : arr(items.slice(start, end))
    },
    at: ([index]) => items.at(numberOf(index) ?? 0),
    pop: () => items.at(-1),
    shift: () => items[0],
    flat: () => list(items.flatMap((each) => (each?.k === 'arr' ? each.items : [each]))),
    indexOf: ([what]) => {
      const text = textOf(what)
      return text === undefined ? undefined : num(items.findIndex((item) => textOf(item) === text))
    },
  }
  return Object.hasOwn(ITEM_METHODS, name) ? ITEM_METHODS[name]?.(args) : undefined
}

const list = (items: readonly Maybe[]): Value | undefined => (items.length <= MAX_ITEMS ? arr(items) : undefined)
