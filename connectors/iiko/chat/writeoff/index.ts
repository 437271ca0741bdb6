/** Write-offs: employees gather them, admins decide on them, everybody concerned is told what became of them. */
import { Effect } from "effect"
import { Composer } from "grammy"
import type { Feature } from "../../../../bot/Feature.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { makeDrafts } from "./Draft.ts"
import * as Flow from "./Flow.ts"
import * as History from "./History.ts"
import * as Notices from "./Notices.ts"
import * as Refresh from "./Refresh.ts"
import * as Refusals from "./Refusals.ts"
import * as Review from "./Review.ts"
import * as Steps from "./Steps.ts"
import * as Submit from "./Submit.ts"

export const make = Effect.gen(function* () {
  const drafts = makeDrafts()
  const writeoffs = yield* Writeoffs
  const [notices, refusals, steps] = [yield* Notices.make, yield* Refusals.make, yield* Steps.make]
  const refresh = yield* Refresh.make
  const flow = yield* Flow.make({ drafts, notices, refresh, steps })
  const parts = { drafts, flow, notices, refusals, steps }
  const submit = yield* Submit.make(parts)
  const review = yield* Review.make({ notices, refusals })
  const history = yield* History.make(parts)
  const feature: Feature = {
    composer: new Composer<BotContext>(submit.composer, review.composer, history.composer, flow.composer),
    entries: [
      { key: "menu-writeoff-continue", audience: "employees", open: flow.resume, when: drafts.isKept },
      { key: "menu-writeoff", audience: "employees", open: flow.open },
      { key: "menu-history", audience: "employees", open: history.open },
      { key: "menu-waiting", audience: "admins", waits: "writeoffs", open: review.waiting }
    ],
    commands: [
      { name: "writeoff", audience: "employees" },
      { name: "history", audience: "employees" },
      { name: "waiting", audience: "admins" }
    ],
    waiting: {
      kind: "writeoffs",
      authors: Effect.map(writeoffs.waiting, (all) => all.map(({ author }) => author)),
      opens: "writeoff:waiting:0",
      label: "status-to-writeoffs",
      line: "status-waiting-writeoffs"
    },
    background: notices.background
  }
  return feature
})
