/** Write-offs: employees gather them, admins decide on them, and both receive the outcome. */
import { Effect, Layer, Schema, Stream } from "effect"
import { type ChatFeature, ChatKernel } from "../../../../core/sdk.ts"
import { viaActions } from "../../writeoff/WriteoffSender.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { WriteoffsYaml } from "../IikoChatYaml.ts"
import { makeDrafts, namespace } from "./Draft.ts"
import * as Flow from "./Flow.ts"
import * as History from "./History.ts"
import * as Notices from "./Notices.ts"
import * as Refresh from "./Refresh.ts"
import * as Review from "./Review.ts"
import * as Steps from "./Steps.ts"
import * as Submit from "./Submit.ts"
import * as WriteoffRefusals from "./WriteoffRefusals.ts"

const decodeSettings = Schema.decodeUnknownEffect(Schema.toType(WriteoffsYaml))

const layerWriteoffs = Layer.unwrap(
  Effect.gen(function* () {
    const { connector, control, settings } = yield* ChatKernel
    const { actions, events } = control
    return Writeoffs.layer({
      connector,
      ...(yield* Effect.orDie(decodeSettings(settings("writeoffs")))),
      ...viaActions(connector, actions),
      synced: events.pipe(
        Stream.filter(({ _tag }) => _tag === "Finished"),
        Stream.map(({ entity }) => entity)
      )
    })
  })
)

const feature = Effect.gen(function* () {
  const drafts = makeDrafts()
  const writeoffs = yield* Writeoffs
  const [notices, refusals, steps] = [yield* Notices.make, yield* WriteoffRefusals.make, yield* Steps.make]
  const refresh = yield* Refresh.make
  const flow = Flow.make({ drafts, notices, refresh, steps })
  const parts = { drafts, flow, notices, refusals, steps }
  const submit = yield* Submit.make(parts)
  const review = yield* Review.make({ notices, refusals })
  const history = yield* History.make(parts)
  return {
    namespace,
    commands: [
      { name: "writeoff", audience: "employees", run: flow.open },
      { name: "history", audience: "employees", run: history.open },
      { name: "waiting", audience: "admins", run: review.waiting }
    ],
    entries: [
      { key: "menu-writeoff-continue", audience: "employees", open: flow.resume, when: drafts.isKept },
      { key: "menu-writeoff", audience: "employees", open: flow.open },
      { key: "menu-history", audience: "employees", open: history.open },
      { key: "menu-waiting", audience: "admins", waits: "writeoffs", open: review.waiting }
    ],
    presses: [...submit.presses, ...review.presses, ...history.presses, ...flow.presses],
    answers: [...review.answers, ...flow.answers],
    waiting: {
      kind: "writeoffs",
      authors: Effect.map(writeoffs.waiting, (all) => all.map(({ author }) => author)),
      opens: "writeoff:waiting:0",
      label: "status-to-writeoffs",
      line: "status-waiting-writeoffs"
    },
    background: notices.background
  } satisfies ChatFeature
})

/** The services live as long as the bot. */
export const make = Effect.flatMap(Layer.build(layerWriteoffs), (services) => Effect.provide(feature, services))
