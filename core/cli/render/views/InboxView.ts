/** The deliveries of the inbox. */
import { DateTime } from "effect"
import type { DeliveryDetail, DeliveryState, StoredDelivery } from "../../../inbox/InboxRows.ts"
import { render as renderReason } from "../../../reason/Reason.ts"
import { moment, plural } from "../terminal/Format.ts"
import { nextStep } from "../terminal/Prose.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

const tones: Readonly<Record<DeliveryState, Tone>> = { waiting: "strong", done: "good", dead: "bad" }

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<StoredDelivery>> => [
  { title: "id", align: "right", value: ({ id }) => ({ text: String(id), tone: "strong" }) },
  { title: "received", value: ({ receivedAt }) => moment(receivedAt, now) },
  { title: "for", value: ({ connector, source }) => `${connector}/${source}`, min: 12, keep: "ends" },
  { title: "key", value: ({ key }) => key, min: 8, keep: "ends" },
  { title: "state", value: ({ state }) => ({ text: state, tone: tones[state] }) },
  { title: "attempts", align: "right", value: ({ tries }) => String(tries), optional: true },
  {
    title: "next",
    value: ({ nextTry, tries }) => (nextTry === null || tries === 0 ? "" : moment(nextTry, now)),
    optional: true
  }
]

const note = ({ reason }: StoredDelivery): ReadonlyArray<Table.Cell> =>
  reason === null ? [] : [{ text: renderReason(reason), tone: "bad" }]

export const render = (deliveries: ReadonlyArray<StoredDelivery>, now: DateTime.Zoned, view: View): string => {
  if (deliveries.length === 0) return "There is no delivery."
  const table = Table.render({ columns: columns(now), rows: deliveries, note }, view)
  const isDead = deliveries.some(({ state }) => state === "dead")
  return isDead ? [table, ...nextStep("when the cause is mended: tributary inbox replay ID", view)].join("\n\n") : table
}

export const renderOne = (delivery: DeliveryDetail, now: DateTime.Zoned, view: View): string => {
  const { body, repeats, replays, result } = delivery
  const counts = [
    ...(repeats === 0 ? [] : [`It came again ${plural(repeats, "time")}.`]),
    ...(replays === 0 ? [] : [`It was replayed ${plural(replays, "time")}.`])
  ]
  return [
    Table.render({ columns: columns(now), rows: [delivery], note }, view),
    ...counts,
    body === null ? "Its body was erased." : JSON.stringify(body, null, 2),
    ...(result === null ? [] : [`Result: ${JSON.stringify(result, null, 2)}`])
  ].join("\n\n")
}

/** The same for `--json`. */
export const document = ({ finishedAt, nextTry, reason, receivedAt, ...delivery }: StoredDelivery) => ({
  ...delivery,
  reason: reason === null ? null : renderReason(reason),
  receivedAt: DateTime.formatIso(receivedAt),
  nextTry: nextTry && DateTime.formatIso(nextTry),
  finishedAt: finishedAt && DateTime.formatIso(finishedAt)
})

export const detail = (delivery: DeliveryDetail) => ({
  ...document(delivery),
  body: delivery.body,
  result: delivery.result
})
