import Sequencer from '@jest/test-sequencer'

/** Folders whose tests start programs, workers or browsers, the slowest first. */
const slow = [
  '/test/start/',
  '/test/workflows/',
  '/test/web/',
  '/test/embedded/',
  '/test/activities/',
  '/test/api/ehr/',
]

/**
 * Without the times of an earlier run jest starts with the largest files, so that a short file of a slow test comes last
 * and all processes but one wait for it.
 */
export default class SlowestFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests)
    return sorted.some(({ duration }) => duration !== undefined)
      ? sorted
      : sorted.toSorted((a, b) => place(a) - place(b))
  }
}

function place({ path }) {
  const found = slow.findIndex((folder) => path.includes(folder))
  return found < 0 ? slow.length : found
}
