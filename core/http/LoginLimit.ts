/**
 * Counts wrong tokens, by source and in total. Only wrong tokens are refused: the right token and an open session get
 * access whatever others have guessed, also from the same address.
 */
import { Duration, Effect } from "effect"
import { elapsedMillis } from "../observe/Elapsed.ts"
import { sourceOf, WindowCounter } from "./WindowCounter.ts"

const window = Duration.minutes(1)
const ofSource = 10
const ofAll = 300

export const make = () => {
  const sources = new WindowCounter(window)
  const all = new WindowCounter(window)
  return {
    /** Counts one wrong token; returns the seconds to wait if there were too many. */
    wrong: Effect.fnUntraced(function* (address: string) {
      const now = yield* elapsedMillis
      const source = sourceOf(address)
      const [own, total] = [sources.add(source, now), all.add("all", now)]
      if (own === ofSource + 1)
        yield* Effect.logWarning(`more than ${ofSource} wrong tokens within a minute from ${source}`)
      if (total === ofAll + 1) yield* Effect.logWarning(`more than ${ofAll} wrong tokens within a minute`)
      return own > ofSource || total > ofAll ? sources.secondsLeft(now) : undefined
    })
  }
}
