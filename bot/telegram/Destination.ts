/** Whom the configuration names for messages: a person, a group, or one topic of a group. */
import { Schema, SchemaGetter } from "effect"
import { expecting, refused, wanted } from "../../core/config/schema/Expected.ts"
import { reason } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"

export const Destination = Schema.Struct({ chat: Schema.Int, topic: Schema.optionalKey(Schema.Int) })
export type Destination = typeof Destination.Type

const written = /^(-?\d{1,15})(?:\/(\d{1,10}))?$/

/** The general topic of a group, which is asked for by naming none. */
const general = 1

/** `-1001234567890/45`: as /id says it there. */
export const textOf = ({ chat, topic }: Destination): string =>
  topic === undefined ? String(chat) : `${chat}/${topic}`

export const asTopic = (topic: number | null | undefined): Pick<Destination, "topic"> =>
  topic === undefined || topic === null ? {} : { topic }

/** As the tables have it. */
export const placeOf = (row: { readonly chat_id: bigint; readonly topic: bigint | null }): Destination => ({
  chat: Number(row.chat_id),
  ...asTopic(row.topic === null ? null : Number(row.topic))
})

const DestinationFromYaml = Schema.Union([
  Schema.Int,
  Schema.String.check(Schema.isPattern(written, expecting(reason("value.chat"))))
])
  .annotate(wanted(reason("value.chat")))
  .pipe(
    Schema.decodeTo(Destination, {
      decode: SchemaGetter.transform((text: number | string): Destination => {
        const [, chat, topic] = written.exec(String(text)) ?? []
        const isNamed = topic !== undefined && Number(topic) > general
        return { chat: Number(chat ?? 0), ...asTopic(isNamed ? Number(topic) : undefined) }
      }),
      encode: SchemaGetter.transform((to: Destination) => textOf(to))
    })
  )

/** A message about something stands once in a chat, to be edited there: in one topic of it. */
export const Destinations = Schema.Array(DestinationFromYaml).check(
  Schema.makeFilter((all) => {
    const other = all.find(
      ({ chat, topic }, at) => all.findIndex((one) => one.chat === chat && one.topic !== topic) > at
    )
    return other === undefined || refused(botReason("chats.topics", { chat: String(other.chat) }))
  })
)
