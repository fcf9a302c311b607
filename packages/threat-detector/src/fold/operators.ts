import { bool, isReach, MAX_TEXT, type Maybe, num, numberOf, str, textOf, truthOf, UNDEF } from './values.js'

export function unary(operator: string, value: Maybe): Maybe {
  if (operator === 'void') return UNDEF
  if (operator === '!') {
    const truth = truthOf(value)
    return truth === undefined ? undefined : bool(!truth)
  }
  const n = numberOf(value)
  if (n === undefined) return undefined
  return operator === '+' ? num(n) : operator === '-' ? num(-n) : operator === '~' ? num(~n) : undefined
}

export function binary(operator: string, left: Maybe, right: Maybe): Maybe {
  if (operator === '+') return plus(left, right)
  const [a, b] = [numberOf(left), numberOf(right)]
  switch (operator) {
    case '===':
    case '==':
    case '!==':
    case '!=': {
      const [x, y] = [textOf(left), textOf(right)]
      if (x === undefined || y === undefined || left?.k !== right?.k) return undefined
      return bool((x === y) === (operator[0] === '='))
    }
  }
  if (a === undefined || b === undefined) return undefined
  switch (operator) {
    case '-':
      return num(a - b)
    case '*':
      return num(a * b)
    case '/':
      return num(a / b)
    case '%':
      return num(a % b)
    case '**':
      return num(a ** b)
    case '^':
      return num(a ^ b)
    case '|':
      return num(a | b)
    case '&':
      return num(a & b)
    case '<<':
      return num(a << b)
    case '>>':
      return num(a >> b)
    case '>>>':
      return num(a >>> b)
    case '<':
      return bool(a < b)
    case '>':
      return bool(a > b)
    case '<=':
      return bool(a <= b)
    case '>=':
      return bool(a >= b)
    default:
      return undefined
  }
}

const isNumeric = (value: Maybe): boolean => value?.k === 'num' || value?.k === 'bool' || value?.k === 'null' || value?.k === 'undef'

function plus(left: Maybe, right: Maybe): Maybe {
  if (left === undefined || right === undefined) return undefined
  if (left.k === 'choice' || right.k === 'choice') {
    const [a, b] = [left.k === 'choice' ? left.of[0] : left, right.k === 'choice' ? right.of[0] : right]
    return plus(a, b)
  }
  if (isNumeric(left) && isNumeric(right)) return num((numberOf(left) as number) + (numberOf(right) as number))
  if (isReach(left) && isReach(right)) return undefined
  const [a, b] = [textOf(left), textOf(right)]
  if (a === undefined || b === undefined || a.length + b.length > MAX_TEXT) return undefined
  return str(a + b)
}
