/** Plans that a chat offers to apply: each is stored with its view, and taken once, whoever presses and however often. */
import { Effect, Schema } from "effect"
import { Control } from "../../../core/control/Control.ts"
import { remember } from "../../../core/plugin/chat/BoundedMap.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Plan } from "../../../core/sync/plan/Plan.ts"
import type * as EntityPicker from "../../window/EntityPicker.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"
import * as SavedPlans from "./SavedPlans.ts"

const decodePlan = Schema.decodeUnknownEffect(Plan)
const encodePlan = Schema.encodeEffect(Schema.toCodecJson(Plan))
const encodeView = Schema.encodeEffect(Schema.toCodecJson(SavedPlans.SavedPlan))

/** The limit of the document in characters; a larger plan is applied on the command line. */
const maxOffered = 4_000_000

export const make = Effect.gen(function* () {
  const { generation } = yield* Control
  const confirmations = yield* PendingConfirmations

  /** The person who recently took each plan: a second tap of the same person is no error to report. */
  const takers = new Map<number, number>()

  /** Stores the plan, with an offer to apply it if that is possible. */
  const save = Effect.fnUntraced(function* (plan: Plan, { again, selectors }: EntityPicker.Selection, madeBy: string) {
    const { entities } = yield* generation
    const keys = new Map(entities.map(({ connector, key, name }) => [`${connector}.${name}`, key]))
    const saved = SavedPlans.entitiesOf(plan, (id) => keys.get(id) ?? [])
    const document = yield* Effect.orDie(encodePlan(plan))
    const isTooLarge = JSON.stringify(document).length > maxOffered
    const canApply = plan.entities.every(({ error }) => error === null) && saved.some(SavedPlans.changesSomething)
    const offer = canApply && !isTooLarge ? yield* confirmations.make("plan", document, madeBy) : null
    const view: SavedPlans.SavedPlan = {
      selectors,
      again,
      configHash: plan.configHash,
      offer,
      isTooLarge: canApply && isTooLarge,
      entities: saved
    }
    return { saved: view, id: yield* confirmations.make("plan-view", yield* Effect.orDie(encodeView(view)), madeBy) }
  })

  const find = Effect.fnUntraced(function* (id: number) {
    const found = yield* confirmations.look("plan-view", id)
    if (found === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    return yield* Effect.orDie(SavedPlans.decode(found))
  })

  /** Returns `undefined` if the same person has already taken it. */
  const take = Effect.fnUntraced(function* (person: number, { offer }: SavedPlans.SavedPlan) {
    if (offer !== null && takers.get(offer) === person) return undefined
    const document = offer === null ? undefined : yield* confirmations.take("plan", offer)
    if (offer === null || document === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    remember(takers, offer, person)
    // Another version of the bot may have made the plan.
    return yield* Effect.mapError(decodePlan(document), () => new UserFacingError({ key: "offer-gone" }))
  })

  return { find, save, take }
})
