/**
 * A sync in a chat: its progress while it runs, and its results. Sixty entities fit into a message, however many of
 * them fail.
 */
import { Clock, Effect } from "effect"
import type { OnEvent, RunResult, SyncEvent } from "../../core/control/Control.ts"
import { bold, code, cut, escapeHtml, fitLines } from "../../core/plugin/chat/Html.ts"
import { reasonText } from "../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { View } from "./View.ts"

interface EntityProgress {
  readonly rows: number
  readonly phase: "reading" | "waiting" | "loading"
}

/** The state of a sync, folded from its events. Times are milliseconds of the clock. */
export interface Board {
  readonly begun: number
  /** Ids; an entity that runs without having been announced is added. */
  readonly entities: ReadonlySet<string>
  readonly running: ReadonlyMap<string, EntityProgress>
  readonly finished: ReadonlyMap<string, RunResult>
}

export const begin = (entities: Iterable<string>, now: number): Board => ({
  begun: now,
  entities: new Set(entities),
  running: new Map(),
  finished: new Map()
})

export const step = (board: Board, event: SyncEvent): Board => {
  const entities = board.entities.has(event.entity) ? board.entities : new Set([...board.entities, event.entity])
  const running = new Map(board.running)
  if (event._tag === "Finished") {
    running.delete(event.entity)
    return { ...board, entities, running, finished: new Map([...board.finished, [event.entity, event.result]]) }
  }
  running.set(event.entity, advance(board.running.get(event.entity) ?? fresh, event))
  return { ...board, entities, running }
}

const fresh: EntityProgress = { rows: 0, phase: "reading" }

const advance = (run: EntityProgress, event: Exclude<SyncEvent, { readonly _tag: "Finished" }>): EntityProgress => {
  switch (event._tag) {
    case "Started":
      return fresh
    case "Reading":
      // A wait for a free connection is only reported when it is over.
      return event.event._tag === "Waiting" && event.event.why !== "concurrency"
        ? { ...run, phase: "waiting" }
        : { ...run, phase: "reading" }
    case "Rows":
      return { ...run, rows: run.rows + event.count }
    case "Loading":
      return { ...run, phase: "loading" }
  }
}

const phaseIcons: Readonly<Record<EntityProgress["phase"], string>> = { reading: "📥", waiting: "⏸", loading: "💾" }

/** `title` is HTML. */
export const lines = (translator: Translator, title: string, board: Board, now: number): string => {
  const counts = {
    done: board.finished.size,
    total: board.entities.size,
    time: duration(translator, now - board.begun)
  }
  const failed = [...board.finished.values()].filter(({ status }) => status === "failed")
  return fitLines(
    [
      `${title}\n${translator.say("progress-done", counts)}`,
      ...failed.map((run) => problemLine(translator, run, reasonLength(failed.length))),
      ...[...board.running].map(([entity, { phase, rows }]) => {
        const read = rows === 0 ? translator.say(`progress-${phase}`) : translator.say("progress-rows", { rows })
        return `${phaseIcons[phase]} ${code(entity)}: ${read}`
      })
    ],
    (left) => translator.say("progress-more", { count: left })
  )
}

/** Shows the progress of `run` from its beginning to its end, also while it emits no events. */
export const live = Effect.fn("ProgressBoard.live")(function* <A, E>(
  { entities, show, title, translator }: LiveOptions,
  run: (onEvent: OnEvent) => Effect.Effect<A, E>
) {
  let board = begin(entities, yield* Clock.currentTimeMillis)
  const draw = Effect.flatMap(Clock.currentTimeMillis, (now) => show({ text: lines(translator, title, board, now) }))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(draw, Effect.sleep(pause))))
  return yield* run((event) =>
    Effect.sync(() => {
      board = step(board, event)
    })
  )
}, Effect.scoped)

export interface LiveOptions {
  /** HTML, above everything else. */
  readonly title: string
  readonly translator: Translator
  /** The ids of the entities that will run, as far as they are known. */
  readonly entities: Iterable<string>
  /** The function that `Window.work` passes. */
  readonly show: (view: View) => Effect.Effect<void>
}

const pause = "1 second"

/** Returns problems first, then entities with changes, then the rest as one sum; HTML. */
export const results = (translator: Translator, runs: ReadonlyArray<RunResult>): string => {
  const problems = ordered.flatMap((status) => runs.filter((run) => run.status === status))
  const [changed, calm] = partition(runs, ({ deleted, inserted, updated }) => inserted + updated + deleted > 0)
  const quiet = calm.filter(({ status }) => status === "ok")
  const noted = runs.filter(({ notes }) => notes.length > 0)
  const rest = { count: quiet.length, rows: quiet.reduce((sum, { unchanged }) => sum + unchanged, 0) }
  return fitLines(
    [
      bold(summary(translator, runs)),
      ...problems.map((run) => problemLine(translator, run, reasonLength(problems.length))),
      ...changed.map((run) => `${code(nameOf(run))}: ${counts(translator, run)}`),
      ...(quiet.length === 0 ? [] : [translator.say("progress-rest", rest)]),
      ...noted.map(
        (run) => `ℹ️ ${code(nameOf(run))}: ${escapeHtml(cut(noteOf(translator, run), reasonLength(noted.length)))}`
      )
    ],
    (left) => translator.say("progress-more", { count: left })
  )
}

const ordered: ReadonlyArray<RunResult["status"]> = ["failed", "skipped", "warning"]

const statusIcons: Readonly<Record<RunResult["status"], string>> = {
  failed: "❌",
  skipped: "⏭",
  warning: "⚠️",
  ok: "✅"
}

const summary = (translator: Translator, runs: ReadonlyArray<RunResult>): string => {
  const worst = ordered.find((status) => runs.some((run) => run.status === status)) ?? "ok"
  const times = {
    count: runs.length,
    // The longest of the runs, which were concurrent.
    time: duration(translator, Math.max(0, ...runs.map(({ durationMs }) => durationMs)))
  }
  const warnings = runs.reduce((sum, run) => sum + run.warnings.length, 0)
  const noted = warnings === 0 ? "" : `, ${translator.say("progress-warnings", { count: warnings })}`
  return `${statusIcons[worst]} ${translator.say("progress-finished", times)}${noted}`
}

const problemLine = (translator: Translator, run: RunResult, most: number): string =>
  `${statusIcons[run.status]} ${code(nameOf(run))}: ${escapeHtml(cut(problemOf(translator, run), most))}`

const problemOf = (translator: Translator, { error, errorReason, reasons, status, warnings }: RunResult): string => {
  if (status === "skipped") return translator.t("progress-skipped")
  if (error !== null) return reasonText(translator, errorReason ?? foreignText(error))
  const more = warnings.length < 2 ? "" : ` ${translator.t("progress-more-warnings", { count: warnings.length - 1 })}`
  return `${reasonText(translator, reasons[0] ?? foreignText(warnings[0] ?? "?"))}${more}`
}

const noteOf = (translator: Translator, { noteReasons, notes }: RunResult): string =>
  notes.map((note, at) => reasonText(translator, noteReasons[at] ?? foreignText(note))).join("; ")

/** The more problems there are, the shorter each reason is, so that all are named. */
const reasonLength = (problems: number): number => Math.max(24, Math.min(300, Math.floor(2400 / problems) - 45))

/** What became of the rows, without what is none. */
export const counts = (translator: Translator, { deleted, inserted, unchanged, updated }: RowChanges): string =>
  Object.entries({ inserted, updated, deleted, unchanged })
    .flatMap(([kind, rows]) => (rows === 0 ? [] : translator.say(`progress-${kind}`, { rows })))
    .join(", ")

type RowChanges = Pick<RunResult, "deleted" | "inserted" | "unchanged" | "updated">

/** A selector; the id of an account that has no name any more. */
const nameOf = ({ account, accountName, connector, entity }: RunResult): string =>
  `${connector}.${entity}${account === null ? "" : `@${accountName ?? account}`}`

const partition = <A>(all: ReadonlyArray<A>, isOne: (item: A) => boolean) =>
  [all.filter(isOne), all.filter((item) => !isOne(item))] as const

/** Returns `35 s`, `2 min 05 s`; plain text. */
export const duration = (translator: Translator, millis: number): string => {
  const seconds = Math.max(0, Math.round(millis / 1000))
  return seconds < 60
    ? translator.t("progress-seconds", { seconds })
    : translator.t("progress-minutes", {
        minutes: Math.floor(seconds / 60),
        seconds: String(seconds % 60).padStart(2, "0")
      })
}
