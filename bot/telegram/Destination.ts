/** The recipient of messages that the configuration names: a person, a group, or one topic of a group. */
import { Schema, SchemaGetter } from "effect"
import { expectedMessage, expects, invalidValue } from "../../core/config/schema/Expected.ts"
import { reason } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"

export const Destination = Schema.Struct({ chat: Schema.Int, topic: Schema.optionalKey(Schema.Int) })
export type Destination = typeof Destination.Type

const written = /^(-?\d{1,15})(?:\/(\d{1,10}))?$/

/** The general topic of a group, which a request addresses by naming none. */
const general = 1

/** Returns `-1001234567890/45`, as /id shows it. */
export const textOf = ({ chat, topic }: Destination): string =>
  topic === undefined ? String(chat) : `${chat}/${topic}`

export const asTopic = (topic: number | null | undefined): Pick<Destination, "topic"> =>
  topic === undefined || topic === null ? {} : { topic }

/** Returns the destination of a row. */
export const placeOf = (row: { readonly chat_id: bigint; readonly topic: bigint | null }): Destination => ({
  chat: Number(row.chat_id),
  ...asTopic(row.topic === null ? null : Number(row.topic))
})

const DestinationFromYaml = Schema.Union([
  Schema.Int,
  Schema.String.check(Schema.isPattern(written, expectedMessage(reason("value.chat"))))
])
  .annotate(expects(reason("value.chat")))
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

/** A chat, or one topic of it, has one message about a subject, which is edited there. */
export const Destinations = Schema.Array(DestinationFromYaml).check(
  Schema.makeFilter((all) => {
    const other = all.find(
      ({ chat, topic }, at) => all.findIndex((one) => one.chat === chat && one.topic !== topic) > at
    )
    return other === undefined || invalidValue(botReason("chats.topics", { chat: String(other.chat) }))
  })
)
