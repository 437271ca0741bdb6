/** The result of an action's run, in the form that the API, the command line and every client show. */
import { Schema } from "effect"
import type { ActionItem, ActionReport } from "../plugin/Action.ts"
import { Reason, render } from "../reason/Reason.ts"

const Item = Schema.Struct({
  key: Schema.String.annotate({ description: "What makes it the same thing when the action runs again." }),
  what: Schema.String.annotate({ description: "For people." }),
  whatReason: Reason,
  status: Schema.Literals(["planned", "done", "already", "failed", "unknown", "busy", "skipped"]).annotate({
    description:
      "already: sent before, not again. failed: certainly not applied. unknown: perhaps applied, a person decides. busy: another process sends it now. skipped: nothing to send."
  }),
  detail: Schema.NullOr(Schema.String),
  detailReason: Schema.NullOr(Reason)
}).annotate({ identifier: "ActionItem" })

export const ActionRun = Schema.Struct({
  action: Schema.String.annotate({ description: "Its id, as in iiko.negative-transfer." }),
  dryRun: Schema.Boolean,
  status: Schema.Literals(["ok", "warning", "failed"]).annotate({
    description:
      "failed: it broke off, or an item failed or is unknown. warning: one was skipped or busy, or there are notes."
  }),
  summary: Schema.String.annotate({ description: "One sentence." }),
  summaryReason: Reason,
  items: Schema.Array(Item),
  notes: Schema.Array(Schema.String).annotate({
    description: "What a person should look at; with one it is a warning."
  }),
  reasons: Schema.Array(Reason).annotate({ description: "Of the notes, one each." }),
  data: Schema.NullOr(Schema.Json).annotate({ description: "What the action found out, for programs." }),
  startedAt: Schema.DateTimeUtc,
  finishedAt: Schema.DateTimeUtc
}).annotate({ identifier: "ActionRun" })
export type ActionRun = typeof ActionRun.Type

const itemOf = ({ detail, key, status, what }: ActionItem): typeof Item.Type => ({
  key,
  what: render(what),
  whatReason: what,
  status,
  detail: detail === null ? null : render(detail),
  detailReason: detail
})

/** Renders the reasons of a report, and keeps them beside the sentences. */
export const reportOf = ({ data, items, notes, summary }: ActionReport) => ({
  summary: render(summary),
  summaryReason: summary,
  items: items.map(itemOf),
  notes: notes.map(render),
  reasons: notes,
  data
})
