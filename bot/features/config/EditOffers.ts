/** Edits of a file that wait for a button: each is stored with the former text, and taken once. */
import { Effect, Schema } from "effect"
import { type ConfigurationUnwritable, Control } from "../../../core/control/Control.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"

const Edit = Schema.Struct({
  name: Schema.String,
  /** null: the file is to be deleted. */
  text: Schema.NullOr(Schema.String),
  basedOn: Schema.NullOr(Schema.String),
  /** The former text; null if there was no such file. */
  former: Schema.NullOr(Schema.String)
})
export type Edit = typeof Edit.Type
const decodeEdit = Schema.decodeUnknownEffect(Edit)

export const unwritableError = ({ reason }: ConfigurationUnwritable) =>
  new UserFacingError({ key: "config-unwritable", why: reason })

export const make = Effect.gen(function* () {
  const { configuration } = yield* Control
  const confirmations = yield* PendingConfirmations

  /** Returns the id of the offer. */
  const save = (edit: Edit, madeBy: string) => confirmations.make("config", edit, madeBy)

  const take = Effect.fnUntraced(function* (id: number) {
    const taken = yield* confirmations.take("config", id)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    return yield* Effect.orDie(decodeEdit(taken))
  })

  /** Offers the former state as an edit of its own, which can be undone as well; `undefined`: nothing would change. */
  const saveUndo = Effect.fnUntraced(function* ({ former, name, text }: Edit, madeBy: string) {
    const proposal = yield* Effect.option(configuration.propose({ name, text: former }))
    const found = proposal._tag === "Some" ? proposal.value : undefined
    if (found?._tag === "Unchanged") return undefined
    const basedOn = found?._tag === "Valid" ? found.basedOn : null
    return yield* save({ name, text: former, basedOn, former: text }, madeBy)
  })

  return { save, saveUndo, take }
})
