/** The parameters of a call in any form: in the address, as a form, with files, or as JSON. */
import { Effect, Schema } from "effect"
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"
import { Entity } from "./Entities.ts"
import { ReplyMarkup } from "./Keyboards.ts"
import { type Part, partsOf } from "./Multipart.ts"
import { badRequest } from "./Refusal.ts"

const optional = Schema.optionalKey

const BotCommand = Schema.Struct({ command: Schema.String, description: Schema.String })
export type BotCommand = typeof BotCommand.Type

const Scope = Schema.Struct({
  type: Schema.String,
  chat_id: optional(Schema.Union([Schema.Int, Schema.String])),
  user_id: optional(Schema.Int)
})

const Media = Schema.Struct({
  type: Schema.String,
  media: Schema.String,
  caption: optional(Schema.String),
  parse_mode: optional(Schema.String),
  caption_entities: optional(Schema.Array(Entity))
})

/** The parameters of all methods; each method reads its own. */
const Values = Schema.Struct({
  chat_id: optional(Schema.Union([Schema.Int, Schema.String])),
  from_chat_id: optional(Schema.Union([Schema.Int, Schema.String])),
  user_id: optional(Schema.Int),
  message_id: optional(Schema.Int),
  message_thread_id: optional(Schema.Int),
  message_ids: optional(Schema.Array(Schema.Int)),
  text: optional(Schema.String),
  caption: optional(Schema.String),
  parse_mode: optional(Schema.String),
  entities: optional(Schema.Array(Entity)),
  caption_entities: optional(Schema.Array(Entity)),
  reply_markup: optional(ReplyMarkup),
  reply_parameters: optional(
    Schema.Struct({ message_id: Schema.Int, allow_sending_without_reply: optional(Schema.Boolean) })
  ),
  reply_to_message_id: optional(Schema.Int),
  photo: optional(Schema.String),
  document: optional(Schema.String),
  media: optional(Media),
  file_id: optional(Schema.String),
  action: optional(Schema.String),
  callback_query_id: optional(Schema.String),
  show_alert: optional(Schema.Boolean),
  url: optional(Schema.String),
  secret_token: optional(Schema.String),
  drop_pending_updates: optional(Schema.Boolean),
  max_connections: optional(Schema.Int),
  offset: optional(Schema.Int),
  limit: optional(Schema.Int),
  timeout: optional(Schema.Int),
  allowed_updates: optional(Schema.Array(Schema.String)),
  commands: optional(Schema.Array(BotCommand)),
  scope: optional(Scope),
  language_code: optional(Schema.String),
  menu_button: optional(Schema.Struct({ type: Schema.String }))
})
type Values = typeof Values.Type

export interface Params extends Values {
  readonly uploads: ReadonlyMap<string, Part>
}

const structured = [
  "message_ids",
  "entities",
  "caption_entities",
  "reply_markup",
  "reply_parameters",
  "media",
  "allowed_updates",
  "commands",
  "scope",
  "menu_button"
]
const whole = [
  "user_id",
  "message_id",
  "message_thread_id",
  "reply_to_message_id",
  "max_connections",
  "offset",
  "limit",
  "timeout"
]
const flags = ["show_alert", "drop_pending_updates"]

const Record = Schema.Record(Schema.String, Schema.Unknown)
const decodeJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Record))
const decodeValue = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))
const decodeValues = Schema.decodeUnknownEffect(Values)

export const paramsOf = Effect.fnUntraced(
  function* (request: SandboxRequest) {
    const type = request.headers["content-type"] ?? ""
    const parts = type.startsWith("multipart/form-data") ? partsOf(type, request.bytes) : []
    const uploads = new Map(parts.filter(({ filename }) => filename !== undefined).map((part) => [part.name, part]))
    const form = type.startsWith("application/x-www-form-urlencoded") ? new URLSearchParams(request.body) : []
    const texts = parts.filter(({ filename }) => filename === undefined)
    const given: Record<string, unknown> = {
      ...Object.fromEntries(request.query),
      ...Object.fromEntries(form),
      ...Object.fromEntries(texts.map(({ bytes, name }) => [name, Buffer.from(bytes).toString()])),
      ...(type.startsWith("application/json") && request.body !== "" ? yield* decodeJson(request.body) : {})
    }
    return { ...(yield* valuesOf(given)), uploads }
  },
  Effect.catchTag("SchemaError", ({ message }) => Effect.fail(badRequest(`can't parse the parameters: ${message}`)))
)

/** Values of forms are always text. */
const valuesOf = Effect.fnUntraced(function* (given: Readonly<Record<string, unknown>>) {
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue
    if (typeof value !== "string") values[name] = value
    else if (structured.includes(name)) values[name] = yield* decodeValue(value)
    else if (whole.includes(name)) values[name] = Number(value)
    else if (flags.includes(name)) values[name] = /^(?:true|1|yes)$/i.test(value)
    else if (/chat_id$/.test(name) && /^-?\d+$/.test(value)) values[name] = Number(value)
    else values[name] = value
  }
  return yield* decodeValues(values)
})
