/** One run of an action: finds it, decodes its input, and returns its report with a verdict. */
import { Cause, DateTime, Effect, Exit, Schema } from "effect"
import { entityId } from "../config/Entity.ts"
import { withKnownNames } from "../config/Nearest.ts"
import { flatten, refusal } from "../config/schema/Explain.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { ActionFailed, type ActionReport, type BoundAction, type SentItem } from "../plugin/Action.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { foreignText, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import { reasonOf } from "../sync/RunFailure.ts"
import { select } from "../sync/SelectEntities.ts"
import { Sync, type SyncOptions } from "../sync/Sync.ts"
import { ActionEvents } from "./ActionEvents.ts"
import { type ActionRun, reportOf } from "./ActionRun.ts"
import * as AtMostOnce from "./AtMostOnce.ts"
import { cleanReason } from "./LogJson.ts"
import { lookupOf } from "./ReadBack.ts"

export class UnknownAction extends ReasonError("UnknownAction")<{ readonly id: string }> {}

/** The input was invalid and nothing was done; the reason names every path. */
export class InvalidInput extends ReasonError("InvalidInput")<{ readonly id: string }> {}

export interface ActionOptions extends Initiator {
  /** Whether to report what would be sent without sending it. */
  readonly dryRun?: boolean
}

/** Returns the actions of one connector, which is held until the scope closes. */
const actionsOf = (generation: Generation, connector: string) =>
  Effect.map(generation.connector(connector), ({ actions = [] }) =>
    actions.map((action) => ({ id: `${connector}.${action.name}`, connector, action }))
  )

/** Returns every action that can run; the connectors are held until the scope closes. */
export const available = Effect.fn("RunAction.available")(function* (generation: Generation) {
  const found = yield* Effect.forEach(generation.declarations, ({ name }) => Effect.orDie(actionsOf(generation, name)))
  return found.flat()
})

/** Holds only its own connector: an action may take long, and a reload has to replace the others meanwhile. */
export const find = Effect.fn("RunAction.find")(function* (generation: Generation, id: string) {
  const [connector = ""] = id.split(".")
  const own = yield* Effect.orElseSucceed(actionsOf(generation, connector), () => [])
  const found = own.find((one) => one.id === id)
  if (found !== undefined) return found
  const ids = (yield* Effect.scoped(available(generation))).map((one) => one.id)
  return yield* new UnknownAction({ id, reason: withKnownNames(reason("job.noAction", { id }), id, ids) })
})

const decodeInput = (id: string, { input }: BoundAction, given: unknown) =>
  Effect.mapError(
    Schema.decodeUnknownEffect(input)(given, { errors: "all", onExcessProperty: "error" }),
    ({ issue }) => {
      const whys = flatten(issue, []).map((finding) => {
        const why = refusal(finding)
        // The reason of these names the key itself.
        const isKey = finding.issue._tag === "MissingKey" || finding.issue._tag === "UnexpectedKey"
        const path = (isKey ? finding.path.slice(0, -1) : finding.path).map(String).join(".")
        return path === "" ? why : reason("input.at", { path, why })
      })
      return new InvalidInput({ id, reason: cleanReason(reason("input.refused", { id, whys })) })
    }
  )

export const run = Effect.fn("RunAction.run")(function* (
  id: string,
  input: unknown,
  { actor, dryRun = false, trigger }: ActionOptions
) {
  const generation = yield* Registry.now
  const { action, connector } = yield* find(generation, id)
  const decoded = yield* decodeInput(id, action, input)
  const { timezone } = yield* Effect.orDie(generation.declaration(connector))
  const startedAt = yield* DateTime.now
  const send = yield* AtMostOnce.make({ action: id, actor, trigger, dryRun, lookup: lookupOf(action) })
  const sent: Array<SentItem> = []
  const now = DateTime.setZoneNamedUnsafe(startedAt, timezone)
  const sync = yield* Sync
  const exit = yield* Effect.exit(
    action.run(decoded, {
      actor,
      trigger,
      dryRun,
      now,
      refresh: (selectors) =>
        Effect.provideService(refresh(selectors, { trigger, actor, generation }, dryRun), Sync, sync),
      once: (intent, request) => Effect.tap(send(intent, request), (item) => Effect.sync(() => sent.push(item)))
    })
  )
  if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
  const report = Exit.isSuccess(exit) ? exit.value : yield* brokenOff(exit.cause, sent)
  const status = Exit.isSuccess(exit) ? statusOf(report) : "failed"
  const ended: ActionRun = {
    action: id,
    dryRun,
    ...reportOf(report),
    status,
    startedAt,
    finishedAt: yield* DateTime.now
  }
  yield* tell(ended, trigger).pipe(Effect.annotateLogs({ action: id, trigger, actor, dryRun }))
  const { publish } = yield* ActionEvents
  yield* publish({ trigger, run: ended })
  return ended
}, Effect.scoped)

const refresh = Effect.fnUntraced(
  function* (selectors: ReadonlyArray<string>, options: SyncOptions & { generation: Generation }, dryRun: boolean) {
    const selected = yield* select(options.generation.entities, selectors)
    if (dryRun) return []
    const results = yield* Effect.flatMap(Sync, ({ run }) => run(selected, options))
    return results.flatMap(({ connector, entity, error, errorReason }) =>
      error === null ? [] : { entity: entityId({ connector, name: entity }), why: errorReason ?? foreignText(error) }
    )
  },
  Effect.mapError((error) => new ActionFailed({ reason: reasonOf(error) }))
)

/** Reports the items up to the failure. */
const brokenOff = Effect.fnUntraced(function* (cause: Cause.Cause<ActionFailed>, sent: ReadonlyArray<SentItem>) {
  const failure = Cause.findErrorOption(cause)
  if (failure._tag === "None") yield* Effect.logError("an action ended unexpectedly", Cause.squash(cause))
  const why = failure._tag === "Some" ? failure.value.reason : unexpected(Cause.squash(cause))
  const items = sent.map(({ response: _, ...item }) => item)
  return { summary: cleanReason(why), items, notes: [], data: null } satisfies ActionReport
})

const unexpected = (defect: unknown) => reason("action.unexpected", { text: String(defect) })

const statusOf = ({ items, notes }: ActionReport): ActionRun["status"] => {
  if (items.some(({ status }) => status === "failed" || status === "unknown")) return "failed"
  return notes.length > 0 || items.some(({ status }) => status === "skipped" || status === "busy") ? "warning" : "ok"
}

/** Logs at debug level for the command line, which shows the user the same. */
const tell = ({ items, status, summary }: ActionRun, trigger: string) => {
  const levels = { ok: Effect.logInfo, warning: Effect.logWarning, failed: Effect.logError }
  const log = trigger === "cli" ? Effect.logDebug : levels[status]
  const counts = [...Map.groupBy(items, (item) => item.status)].map(([of, group]) => `${group.length} ${of}`)
  return log(`the action ended ${status}: ${[summary, ...counts].join(", ")}`)
}
