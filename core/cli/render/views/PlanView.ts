/**
 * A plan for review before it is applied: per entity the statements, then rows to insert, update and delete, then the
 * withheld rows and the reason. Unchanged entities share one line.
 */

import { targetText } from "../../../config/RunTarget.ts"
import { rootOf } from "../../../reason/Reason.ts"
import type { EntityPlan, Plan } from "../../../sync/plan/Plan.ts"
import { count, plural } from "../terminal/Format.ts"
import { nextStep, paragraph } from "../terminal/Prose.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Text from "../terminal/Text.ts"
import * as DdlView from "./DdlView.ts"
import * as FieldsView from "./FieldsView.ts"
import * as PlanRows from "./PlanRows.ts"

export interface PlanOptions {
  /** Shows every row in full; otherwise ten of each kind, on one line each. */
  readonly all?: boolean
  /** The file the plan was written to. */
  readonly saved?: string
}

const sample = 10

export const render = (plan: Plan, view: View, options: PlanOptions = {}): string => {
  const quiet = plan.entities.filter(isQuiet)
  const noteworthy = plan.entities.filter((entity) => !isQuiet(entity))
  const unchanged = `Unchanged: ${quiet.map(targetText).join(", ")}`
  const sections = [
    ...noteworthy.map((entity) => describe(entity, view, options.all === true)),
    ...(quiet.length === 0 ? [] : [Text.wrap(unchanged, view.width).map((line) => view.style("dim", line))]),
    ...FieldsView.sections(
      plan.entities.map((entity) => ({ id: targetText(entity), ...entity })),
      view
    ),
    [...Text.wrap(totals(plan), view.width), ...next(plan, options).flatMap((step) => nextStep(step, view))]
  ]
  return sections.map((lines) => lines.join("\n")).join("\n\n")
}

const changesNothing = ({ ddl, inserts, updates, deletes }: EntityPlan): boolean =>
  [ddl, inserts, updates, deletes].every((list) => list.length === 0)

const isQuiet = (plan: EntityPlan): boolean =>
  plan.error === null &&
  changesNothing(plan) &&
  plan.warnings.length + (plan.notes ?? []).length === 0 &&
  [...(plan.missed ?? []), ...plan.withheld].length === 0

/** Whether the source was read, and the database or the declaration caused the error. */
const isRead = ({ errorReason }: EntityPlan): boolean =>
  errorReason !== null && /^(?:run\.(?:database|refusedMany|unfilled)|table\.)/.test(rootOf(errorReason).code)

const describe = (plan: EntityPlan, view: View, all: boolean): ReadonlyArray<string> => {
  const title = `${view.style("strong", targetText(plan))} → ${plan.table}`
  if (plan.error !== null) {
    return [
      title,
      `  ${view.style("bad", isRead(plan) ? "could not be planned" : "could not be read")}`,
      ...paragraph(plan.error, view)
    ]
  }
  const group = <A>(
    words: string,
    sign: string,
    tone: Tone,
    list: ReadonlyArray<A>,
    show: (item: A, style: PlanRows.RowStyle, view: View) => ReadonlyArray<string>
  ): ReadonlyArray<string> => {
    if (list.length === 0) return []
    const shown = all ? list : list.slice(0, sample)
    return [
      `  ${view.style(tone, `${count(list.length)} ${words}`)}`,
      ...shown.flatMap((item) => show(item, { sign, tone, whole: all }, view)),
      ...(shown.length === list.length
        ? []
        : [`      and ${count(list.length - shown.length)} more (--all shows them)`])
    ]
  }
  return [
    title,
    ...(plan.ddl.length === 0 ? [] : [DdlView.render(plan.ddl, view)]),
    ...group("to insert", "+", "good", plan.inserts, PlanRows.row),
    ...group("to update", "~", "warn", plan.updates, PlanRows.update),
    ...group("to delete", "-", "bad", plan.deletes, PlanRows.row),
    ...(plan.confirmed === true
      ? paragraph(
          "The list comes in several pages, so it was read twice: both reads missed these rows. A sync does the same before it deletes (guard.confirm: again).",
          view
        )
      : []),
    ...group(
      "to delete if the next read misses them too (guard.confirm: next)",
      "-",
      "dim",
      plan.missed ?? [],
      PlanRows.row
    ),
    ...group("withheld from deletion", "!", "warn", plan.withheld, PlanRows.row),
    ...plan.warnings.flatMap((warning) => paragraph(warning, view)),
    ...(plan.notes ?? []).flatMap((note) => paragraph(note, view)),
    ...(plan.rejected === 0 ? [] : [`  ${view.style("warn", `${plural(plan.rejected, "record")} rejected`)}`])
  ]
}

const totals = ({ entities }: Plan): string => {
  const sum = (of: (plan: EntityPlan) => number): number => entities.reduce((total, plan) => total + of(plan), 0)
  const statements = sum((plan) => plan.ddl.length)
  const parts = {
    [statements === 1 ? "statement" : "statements"]: statements,
    "to insert": sum((plan) => plan.inserts.length),
    "to update": sum((plan) => plan.updates.length),
    "to delete": sum((plan) => plan.deletes.length),
    "to delete if the next read misses them too": sum((plan) => (plan.missed ?? []).length),
    "withheld from deletion": sum((plan) => plan.withheld.length),
    "not planned": sum((plan) => (plan.error !== null && isRead(plan) ? 1 : 0)),
    "not read": sum((plan) => (plan.error !== null && !isRead(plan) ? 1 : 0))
  }
  const counts = Object.entries(parts).flatMap(([words, n]) => (n === 0 ? [] : [`${count(n)} ${words}`]))
  const rows = plural(
    sum((plan) => plan.unchanged),
    "row"
  )
  return counts.length === 0
    ? `Nothing to change: ${rows} in ${plural(entities.length, "entity", "entities")}, all as in the sources.`
    : `Plan: ${counts.join(", ")}; ${rows} unchanged.`
}

const next = ({ entities }: Plan, { saved }: PlanOptions): ReadonlyArray<string> => [
  ...(entities.some(({ since }) => since === true)
    ? ["only what changed was read of incremental entities, as a sync does; everything: tributary plan --full"]
    : []),
  ...(entities.some((plan) => plan.error !== null && !isRead(plan)) ? ["which systems answer: tributary doctor"] : []),
  ...(entities.every((plan) => changesNothing(plan) && plan.withheld.length === 0)
    ? []
    : saved === undefined
      ? ["to keep it and do exactly this: tributary plan --save plan.json"]
      : [`to do exactly this: tributary apply ${saved}`]),
  ...(entities.some((plan) => plan.withheld.length > 0)
    ? ["rows withheld stay; the next sync asks about them: tributary deletes"]
    : [])
]
