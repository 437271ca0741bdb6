/**
 * The turns of accounts over all syncs of this process: of a connector at most as many are under way as it may send requests.
 * Each sync waits with no more than that, so one of a thousand accounts lets others in between.
 */
import { Effect, Semaphore } from "effect"

export const make = Effect.sync(() => {
  const turns = new Map<string, { readonly most: number; readonly semaphore: Semaphore.Semaphore }>()
  return (connector: string, most: number) => {
    const known = turns.get(connector)
    const turn = known?.most === most ? known : { most, semaphore: Semaphore.makeUnsafe(most) }
    turns.set(connector, turn)
    return turn.semaphore.withPermit
  }
})
