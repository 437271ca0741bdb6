/**
 * The answer of a poll form: a deal for each educational programme that was chosen, with the contact of the person. Everything
 * that is made is made at most once by the form's id, so that a delivery may come and be worked off any number of times.
 */
import { Duration, Effect, Option } from "effect"
import {
  type Admission,
  type Delivery,
  type InboxContext,
  InboxFailed,
  type InboxRequest,
  type InboxSource,
  isJsonObject,
  type Json,
  type UpstreamError,
  WebhookBody
} from "../../../core/sdk.ts"
import { settlesAfter } from "../actions/SaveElement.ts"
import { parseObject } from "../lists/PortalObject.ts"
import { bitrix24 } from "../reasons.ts"
import type { Element } from "./Categories.ts"
import type { Directory } from "./Directory.ts"
import { filledFields, type Known, namesAt, textAt } from "./FilledFields.ts"
import type { FormsSettings } from "./FormsYaml.ts"
import { normalEmail, normalPhone, type Person } from "./Person.ts"

export interface PollForms {
  readonly settings: FormsSettings
  readonly directory: Directory
  /** Of the portal, for links. */
  readonly host: string
}

export const pollForms = (flow: PollForms): InboxSource => ({
  description: "Answers of poll forms: a deal for each chosen programme.",
  admit: (request) => Effect.sync(() => admit(flow.settings, request)),
  work: (delivery, context) => Effect.catchTag(work(flow, delivery, context), "UpstreamError", again)
})

const again = (error: UpstreamError) =>
  new InboxFailed({
    reason: error.reason,
    again: error.kind !== "Unauthorized" && error.kind !== "Declaration",
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter })
  })

const admit = (settings: FormsSettings, request: InboxRequest): Admission => {
  const shown = request.headers.authorization ?? request.headers["x-token"] ?? request.query.get("token")
  if (!WebhookBody.hasToken(shown, settings.token)) return { _tag: "Refused" }
  const payload = Option.getOrUndefined(WebhookBody.parse(request))
  if (payload === undefined || !isJsonObject(payload)) return { _tag: "Unreadable" }
  const id = textAt({ payload }, settings.form.id)
  if (!/^\d{1,18}$/.test(id)) return { _tag: "Unreadable" }
  const { email, phone } = personOf(settings, { payload })
  // Two forms of one person wait for each other: neither makes a second contact.
  return { _tag: "Accepted", key: phone || email || `form ${id}`, id: `form ${id}`, body: payload }
}

const personOf = ({ contact }: FormsSettings, known: Known): Person => ({
  phone: normalPhone(textAt(known, contact.phone)),
  email: normalEmail(textAt(known, contact.email))
})

const typeOf = (object: string): number => {
  const found = parseObject(object)
  return found?.kind === "item" ? found.entityTypeId : 0
}

const work = Effect.fnUntraced(function* (
  { directory, host, settings }: PollForms,
  { body: payload }: Delivery,
  context: InboxContext
) {
  const id = textAt({ payload }, settings.form.id)
  const formType = typeOf(settings.form.object)
  const [found, deals] = yield* Effect.all([directory.form(formType, id), directory.deals(originOf(id, ""))], {
    concurrency: 2
  })
  const form = Option.getOrUndefined(found)
  if (form === undefined) {
    // The portal may show it a moment later than it sends it.
    return yield* new InboxFailed({ reason: bitrix24("bitrix24.noForm", { id }), again: true })
  }
  const known: Known = { payload, form }
  const names = namesAt(known, settings.programmes.from)
  const programmeType = typeOf(settings.programmes.object)
  const [programmes, contact] = yield* Effect.all(
    [
      directory.programmes(programmeType, settings.programmes.by, names),
      contactOf(settings, directory, known, context)
    ],
    { concurrency: 2 }
  )
  // All are tried, also when one fails: what was under way and broken off would have to be looked for.
  const ended = yield* Effect.forEach(
    programmes,
    ([name, programme]) => {
      const key = originOf(id, String(programme.id))
      const there = deals[key]
      const deal =
        there === undefined
          ? dealOf(settings, { ...known, programme, ...contactIn(contact) }, context, { key, programmeType })
          : Effect.succeed(there)
      return Effect.result(Effect.map(deal, (dealId) => ({ programme: name, deal: dealId })))
    },
    { concurrency: "unbounded" }
  )
  const made = yield* Effect.forEach(ended, (deal) => Effect.fromResult(deal))
  const missing = names.filter((name) => !programmes.has(name))
  if (missing.length > 0 || names.length === 0) {
    const link = `https://${host}/crm/type/${formType}/details/${id}/`
    const why =
      names.length === 0
        ? bitrix24("bitrix24.noProgrammes", { id, link })
        : bitrix24("bitrix24.missingProgrammes", { names: missing.join(", "), link, made: made.length })
    return yield* new InboxFailed({ reason: why, again: false })
  }
  return { form: Number(id), contact: contact ?? null, deals: made } satisfies Json
})

/** A deal's key, and what it has as its origin in the portal. */
const originOf = (form: string, programme: string): string => `form ${form}/${programme}`

const contactIn = (id: number | undefined) => (id === undefined ? {} : { contact: { id } })

const contactOf = Effect.fnUntraced(function* (
  settings: FormsSettings,
  directory: Directory,
  known: Known,
  context: InboxContext
) {
  const person = personOf(settings, known)
  if (person.phone === "" && person.email === "") return undefined
  const found = yield* directory.contact(person)
  if (Option.isSome(found)) return found.value
  if (!settings.contact.create) return undefined
  const fm = [
    ...(person.phone === "" ? [] : [{ typeId: "PHONE", valueType: "WORK", value: `+${person.phone}` }]),
    ...(person.email === "" ? [] : [{ typeId: "EMAIL", valueType: "WORK", value: person.email }])
  ]
  return yield* run(context, "contact", {
    key: `contact ${person.phone || person.email}`,
    fields: { ...filledFields(known, settings.contact.fields), fm }
  })
})

const dealOf = (
  settings: FormsSettings,
  known: Known & { readonly programme: Element },
  context: InboxContext,
  { key, programmeType }: { readonly key: string; readonly programmeType: number }
) =>
  run(context, "deal", {
    key,
    fields: {
      ...filledFields(known, settings.deal.fields),
      [`parentId${programmeType}`]: Number(known.programme.id),
      ...(known.contact === undefined ? {} : { contactIds: [known.contact.id] })
    }
  })

/** The engine looks for a lost answer every minute, and absence is proved by two looks behind the time to settle. */
const knownAfter = Duration.sum(settlesAfter, Duration.minutes(2))

/** The id of what an action has made, now or before. One whose fate is not known yet is asked for again later. */
const run = Effect.fnUntraced(function* (context: InboxContext, action: string, input: Json) {
  const { data, items, summary } = yield* context.runAction(action, input)
  const id = isJsonObject(data) ? data.id : undefined
  if (typeof id === "number") return id
  const [item] = items
  return yield* new InboxFailed({
    reason: item?.detail ?? summary,
    again: true,
    ...(item?.status === "unknown" ? { retryAfter: knownAfter } : {})
  })
})
