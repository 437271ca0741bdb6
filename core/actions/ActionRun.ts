/** What a run of an action came to, as the API, the command line and every client tell it. */
import { Schema } from "effect"
import { ActionReport } from "../plugin/Action.ts"

export const ActionRun = Schema.Struct({
  action: Schema.String.annotate({ description: "Its id, as in iiko.negative-transfer." }),
  dryRun: Schema.Boolean,
  status: Schema.Literals(["ok", "warning", "failed"]).annotate({
    description:
      "failed: it broke off, or an item failed or is unknown. warning: one was skipped or busy, or there are notes."
  }),
  ...ActionReport.fields,
  startedAt: Schema.DateTimeUtc,
  finishedAt: Schema.DateTimeUtc
}).annotate({ identifier: "ActionRun" })
export type ActionRun = typeof ActionRun.Type
