import { condition, defineSignal, setHandler } from '@temporalio/workflow'
import { careEventChangedSignal } from './names.ts'

export const careEventChanged = defineSignal(careEventChangedSignal)

/** Remembers that the care event was touched, until `take` clears it. */
export function onTouched() {
  let touched = false
  setHandler(careEventChanged, () => {
    touched = true
  })
  return {
    /** Clears before the read that follows, so that a signal during that read is not lost. */
    take(): boolean {
      const was = touched
      touched = false
      return was
    },
    pending: () => touched,
    /** Sleeps until `wakeAt` (epoch ms); true as soon as the care event is touched before that. */
    async before(wakeAt: number, summary: string): Promise<boolean> {
      const wait = wakeAt - Date.now()
      if (wait <= 0) return touched
      return condition(() => touched, wait, { summary })
    },
  }
}
