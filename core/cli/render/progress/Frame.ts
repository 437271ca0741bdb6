/** The lines of the progress: one per running entity, a summary, one for each finished entity. No line is too wide. */
import type { RunResult } from "../../../sync/RunResult.ts"
import { count, duration, plural } from "../terminal/Format.ts"
import { changes, mark } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"
import type { Board, RunningEntity, Wait } from "./Board.ts"

const reasons: Readonly<Record<Wait, string>> = {
  rate: "for the rate budget",
  vendor: "as the vendor asked",
  retry: "before the next try"
}

const names = ["entity", "pages", "rows", "rate", "note"] as const
type Facts = Readonly<Record<(typeof names)[number], string>>

const facts = (run: RunningEntity, now: number): Facts => ({
  entity: run.entity,
  pages: run.pages === 0 ? "" : plural(run.pages, "page"),
  rows: run.pages + run.rows === 0 ? "" : plural(run.rows, "row"),
  rate: rate(run, now),
  note: note(run, now)
})

const rate = (run: RunningEntity, now: number): string => {
  const elapsed = now - run.since
  return run.loading || run.rows === 0 || elapsed < 1000 ? "" : `${count(Math.round((run.rows * 1000) / elapsed))}/s`
}

/** The activity of the entity, unless it is simply reading. */
const note = (run: RunningEntity, now: number): string => {
  if (run.loading) return "loading"
  if (!waits(run, now)) return idle(run, now) ? "waiting for its turn" : ""
  return `waiting ${wholeSeconds(run.wait.until - now)} ${reasons[run.wait.why]}`
}

const waits = (
  run: RunningEntity,
  now: number
): run is RunningEntity & { readonly wait: NonNullable<RunningEntity["wait"]> } =>
  run.wait !== undefined && run.wait.until > now

/** Whether the entity waits because all connections are in use. */
const idle = (run: RunningEntity, now: number): boolean =>
  !run.asked && run.pages + run.rows === 0 && !run.loading && !waits(run, now)

const wholeSeconds = (millis: number): string => duration(Math.ceil(millis / 1000) * 1000)

/** The state of one entity on a line of its own. */
export const runningLine = (run: RunningEntity, now: number): string => {
  const fact = facts(run, now)
  return names
    .map((name) => fact[name])
    .filter((text) => text !== "")
    .join("  ")
}

/**
 * The running entities in columns, at most `limit` lines. The columns depend on the width alone, and room for a note is
 * kept free ("waiting 12 s", in a wide window with its reason), so that a wait does not move the other columns.
 */
export const runningLines = (board: Board, view: View, now: number, limit: number): ReadonlyArray<string> => {
  const runs = [...board.running.values()].filter((run) => !idle(run, now))
  const shown = runs.slice(0, runs.length <= limit ? limit : limit - 1).map((run) => squeeze(facts(run, now), view))
  const widest = (name: keyof Facts): number => Math.max(...shown.map((fact) => Text.width(fact[name])))
  const columns = names.filter((name) => widest(name) > 0)
  const beside = columns.filter((name) => name !== "entity" && name !== "note")
  const taken = beside.reduce((sum, name) => sum + 2 + widest(name), 4 + (view.width < narrow ? 12 : 31))
  const longest = Math.min(widest("entity"), Math.max(12, view.width - taken))
  const cell = (fact: Facts, name: keyof Facts): string => {
    if (name === "entity") return Text.pad(Text.cutMiddle(fact.entity, longest), longest)
    return name === "note" ? fact.note : Text.pad(fact[name], widest(name), "right")
  }
  const lines = shown.map((fact) => `  ${columns.map((name) => cell(fact, name)).join("  ")}`.trimEnd())
  const hidden = runs.length - shown.length
  return [...lines, ...(hidden === 0 ? [] : [`  and ${count(hidden)} more`])].map((line) => Text.cut(line, view.width))
}

const narrow = 70
const ordinary = 100

/** In a window of ordinary width the note replaces the rate; a narrow one has no room for pages either. */
const squeeze = (fact: Facts, { width }: View): Facts => ({
  ...fact,
  ...(width < narrow ? { pages: "" } : {}),
  ...(width < ordinary ? { rate: "", note: fact.note === "" ? fact.rate : fact.note } : {})
})

/** `12/31 done, 1 failed, 9 queued, 14 s`; queued entities have no lines, which would all show the same word. */
export const summary = (board: Board, total: number, now: number, begun: number, view: View): string => {
  const queued = [...board.running.values()].filter((run) => idle(run, now)).length
  const failed = board.finished.filter((status) => status === "failed").length
  const parts = [
    `${count(board.finished.length)}/${count(total)} done`,
    ...(failed === 0 ? [] : [`${count(failed)} failed`]),
    ...(queued === 0 ? [] : [`${count(queued)} queued`]),
    duration(Math.floor((now - begun) / 1000) * 1000)
  ]
  return view.style(failed === 0 ? "strong" : "bad", Text.cut(parts.join(", "), view.width))
}

/** `✓ crm.deal  2 000 rows, 12 inserted, 3.2 s`; `padding` aligns the names of all entities. */
/** `isPlan`: nothing was changed, and the counts show what would be. */
export const finishedLine = (
  entity: string,
  result: RunResult,
  padding: number,
  view: View,
  isPlan = false
): string => {
  const name = Text.pad(Text.printable(entity), padding)
  return `${mark(result.status, view.style)} ${Text.cut(`${name}  ${outcome(result, isPlan)}`, view.width - 2)}`
}

const outcome = (result: RunResult, isPlan: boolean): string => {
  const time = duration(result.durationMs)
  const text = Text.printable((result.error ?? result.warnings[0] ?? result.notes[0] ?? "").split("\n")[0] ?? "")
  if (result.status === "failed") return `failed after ${time}${text === "" ? "" : `: ${text}`}`
  if (result.status === "skipped") return `skipped${text === "" ? "" : `: ${text}`}`
  return `${plural(result.fetched, "row")}, ${changes(result, isPlan)}, ${time}${text === "" ? "" : `: ${text}`}`
}
