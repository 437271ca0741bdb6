/** The actions on a portal: elements of CRM, each made or changed at most once. */
import { Effect, Schema } from "effect"
import { Action, Integer, required } from "../../core/sdk.ts"
import { readBack, report, type SaveInput, save, saveInput, saveSettings, settlesAfter } from "./actions/SaveElement.ts"
import { bitrix24 } from "./reasons.ts"

const Settings = Schema.Struct(saveSettings)
const Saved = Schema.Struct(saveInput)

const saving = (name: string, description: string, entityTypeId: number) =>
  Action.make({
    name,
    description,
    settings: Settings,
    input: Saved,
    run: (settings, input: SaveInput, context) => Effect.map(save(entityTypeId, settings, input, context), report),
    readBack,
    settlesAfter
  })

const item = Action.make({
  name: "item",
  description: "Makes or changes an element of CRM of any kind, such as one of a smart process.",
  settings: Settings,
  input: Schema.Struct({
    ...saveInput,
    entityTypeId: required(Integer(1, 1_000_000), bitrix24("bitrix24.saveType", { example: "128" }))
  }),
  run: (settings, { entityTypeId, ...input }, context) =>
    Effect.map(save(entityTypeId, settings, input, context), report),
  readBack,
  settlesAfter
})

export const actions = [
  saving("deal", "Makes or changes a deal.", 2),
  saving("contact", "Makes or changes a contact.", 3),
  item
]
