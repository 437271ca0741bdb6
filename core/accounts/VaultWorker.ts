/** What the vault does by itself while a daemon runs: it refreshes credentials before they end, and goes on with authorizations. */
import { Effect, Layer, Schedule } from "effect"
import { Accounts } from "./Accounts.ts"
import { AccountVendors } from "./AccountVendors.ts"
import { Authorizations } from "./Authorizations.ts"

/** Much less than `refreshBefore` of any vendor. */
const refreshEvery = "5 minutes"
/** How soon after the end of a process another one goes on with its authorizations. */
const takeOverEvery = "30 seconds"

const logged = <E extends { readonly message: string }, R>(what: string, effect: Effect.Effect<void, E, R>) =>
  Effect.catch(effect, ({ message }) => Effect.logWarning(`${what}: ${message}`))

const refreshAll = Effect.gen(function* () {
  const { names, find } = yield* AccountVendors
  const { refreshDue } = yield* Accounts
  yield* Effect.forEach(
    yield* names,
    (name) =>
      logged(
        `the credentials of ${name} are not refreshed`,
        Effect.scoped(Effect.flatMap(find(name), (vendor) => refreshDue(name, vendor)))
      ),
    // One vendor that is slow holds up no other.
    { concurrency: "unbounded", discard: true }
  )
})

const resume = Effect.flatMap(Authorizations, (authorizations) =>
  logged("the authorizations that wait are not known", authorizations.resume)
)

export const layer = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* Effect.forkScoped(Effect.repeat(refreshAll, Schedule.spaced(refreshEvery)))
    yield* Effect.forkScoped(Effect.repeat(resume, Schedule.spaced(takeOverEvery)))
  })
)
