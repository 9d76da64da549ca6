import type { Segment } from './segment.ts'

const titles = /^(dr|prof|mr|mrs|ms|mx)\.?$/i

interface Name {
  type: string
  family: string | null
  given: string | null
}

/** XPN: a name's repetitions with their types (L legal, D display, N nickname, M maiden, …). */
function namesIn(segment: Segment, field: number): Name[] {
  return segment.repetitions(field).map((repetition) => ({
    type: segment.text(field, 7, repetition)?.toUpperCase() ?? 'L',
    family: segment.text(field, 1, repetition),
    given: segment.text(field, 2, repetition),
  }))
}

const wholeOrder = ['L', 'D', 'U', 'A']

/**
 * First, last and preferred name: the legal one, else the displayed one, but a whole one before half of one; a nickname
 * is what somebody likes to be called.
 */
export function personName(segment: Segment, field: number) {
  const names = namesIn(segment, field)
  const rank = ({ type }: Name) => (wholeOrder.indexOf(type) + wholeOrder.length + 1) % (wholeOrder.length + 1)
  const usable = names.filter(({ type }) => type !== 'M' && type !== 'N' && type !== 'S')
  const isWhole = ({ family, given }: Name) => family !== null && given !== null
  const [whole] = usable.sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || rank(a) - rank(b))
  const nickname = names.find(({ type }) => type === 'N')
  const preferredName = nickname?.given ?? nickname?.family ?? null
  const firstName = whole?.given ?? null
  return {
    firstName,
    lastName: whole?.family ?? null,
    preferredName: preferredName === firstName ? null : preferredName,
  }
}

/** XCN: a provider's name as patients know it, with its title: "Dr. Ada Strange". `first` is where the family name is. */
export function titledName(segment: Segment, field: number, repetition = 1, first = 2): string | null {
  const [family, given] = [segment.text(field, first, repetition), segment.text(field, first + 1, repetition)]
  if (family === null && given === null) return null
  const title = segment.text(field, first + 4, repetition)
  const shown = title !== null && titles.test(title) ? `${title.replace(/\.$/, '')}.` : null
  return [shown, given, family].filter((part) => part !== null).join(' ')
}
