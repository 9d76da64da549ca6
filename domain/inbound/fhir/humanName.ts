import type { Instant } from '../../instant.ts'
import type { Element } from './element.ts'
import { isCurrent } from './primitives.ts'

const wholeNameOrder = ['official', 'usual', null, 'temp', 'anonymous']
const wellKnownTitles = /^(dr|prof|mr|mrs|ms|mx|sr|jr|st)$/i

interface Name {
  use: string | null
  first: string | null
  family: string | null
  prefixes: string[]
  text: string | null
}

function currentNames(person: Element, now: Instant): Name[] {
  return person
    .list('name')
    .filter((name) => isCurrent(name, now))
    .map((name) => ({
      use: name.text('use', 20),
      first: name.texts('given')[0] ?? null,
      family: name.text('family', 200),
      prefixes: name.texts('prefix'),
      text: name.text('text', 200),
    }))
    .filter((name) => name.use !== 'old' && name.use !== 'maiden')
}

/** The name a person goes by in letters: official, else usual, else the first that is still valid. */
function wholeName(names: readonly Name[]): Name | undefined {
  const rank = (name: Name) => {
    const position = wholeNameOrder.indexOf(name.use)
    return position < 0 ? wholeNameOrder.length : position
  }
  const complete = names.filter((name) => name.family !== null || name.text !== null)
  return [...(complete.length > 0 ? complete : names)].sort((a, b) => rank(a) - rank(b))[0]
}

/** First, last and preferred name; the preferred one is a nickname, else a usual name beside the official one. */
export function readNames(person: Element, now: Instant) {
  const names = currentNames(person, now)
  const whole = wholeName(names)
  const [textFirst, ...textRest] = whole?.text?.split(/\s+/) ?? []
  const byText = whole !== undefined && whole.first === null && whole.family === null
  const firstName = byText ? (textFirst ?? null) : (whole?.first ?? null)
  const lastName = byText ? textRest.join(' ') || null : (whole?.family ?? null)
  const other =
    names.find((name) => name.use === 'nickname') ?? names.find((name) => name.use === 'usual' && name !== whole)
  const preferred = other?.first ?? other?.text ?? null
  return { firstName, lastName, preferredName: preferred === firstName ? null : preferred }
}

/** A provider's name as patients know it, with its title: "Dr. Ada Strange". */
export function readTitledName(person: Element, now: Instant): string | null {
  const name = wholeName(currentNames(person, now))
  if (name === undefined) return null
  const title = name.prefixes.map((prefix) => (wellKnownTitles.test(prefix) ? `${prefix}.` : prefix))
  const parts = [...title, name.first, name.family].filter((part) => part !== null)
  return name.first === null && name.family === null ? name.text : parts.join(' ')
}
