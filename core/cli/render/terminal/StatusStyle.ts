/** The outcome of a run, in marks and words: the same in the progress, the tables and the audit. */
import { type NamedTarget, targetText } from "../../../config/RunTarget.ts"
import type { RunResult, RunStatus } from "../../../sync/RunResult.ts"
import { count, plural } from "./Format.ts"
import type { Style, Tone } from "./Style.ts"

/** The counts that the table of runs, the status of an entity and the audit share. */
export type Counts = Pick<RunResult, "inserted" | "updated" | "deleted" | "rejected">

export const tones: Readonly<Record<RunStatus, Tone>> = { ok: "good", warning: "warn", failed: "bad", skipped: "dim" }

export const toneOf = (status: RunStatus | "running"): Tone => (status === "running" ? "accent" : tones[status])

const marks: Readonly<Record<RunStatus, string>> = { ok: "✓", warning: "!", failed: "✗", skipped: "-" }

export const mark = (status: RunStatus, style: Style): string => style(tones[status], marks[status])

/** Problems first. */
const order: ReadonlyArray<RunStatus> = ["failed", "warning", "skipped", "ok"]

export const rank = (status: RunStatus): number => order.indexOf(status)

/** `crm.deal`, or `crm.order@owner/shop` if a connector has accounts; an account that is gone has its id alone. */
export const label = ({ account, accountName, ...target }: NamedTarget & { readonly account: string | null }): string =>
  targetText({ ...target, accountName: accountName ?? account })

const planned = { inserted: "insert", updated: "update", deleted: "delete", rejected: "reject" } as const

/** `12 inserted, 3 updated`, or `nothing changed`; for a plan `would insert 12, update 3`. */
export const changes = (counts: Counts, isPlan = false): string => {
  const names = (["inserted", "updated", "deleted", "rejected"] as const).filter((name) => counts[name] > 0)
  if (names.length === 0) return isPlan ? "nothing would change" : "nothing changed"
  return isPlan
    ? `would ${names.map((name) => `${planned[name]} ${count(counts[name])}`).join(", ")}`
    : names.map((name) => `${count(counts[name])} ${name}`).join(", ")
}

/** `+12 ~3 -1`, in the signs of a plan; empty when nothing changed. */
export const signs = ({ inserted, updated, deleted }: Counts): string =>
  Object.entries({ "+": inserted, "~": updated, "-": deleted })
    .flatMap(([sign, n]) => (n === 0 ? [] : [`${sign}${count(n)}`]))
    .join(" ")

/** `28 ok, 2 warnings, 1 failed`. */
export const tally = (statuses: ReadonlyArray<RunStatus>): string => {
  const of = (status: RunStatus): number => statuses.filter((other) => other === status).length
  const words: Readonly<Record<RunStatus, string>> = {
    ok: `${of("ok")} ok`,
    warning: plural(of("warning"), "warning"),
    failed: `${of("failed")} failed`,
    skipped: `${of("skipped")} skipped`
  }
  return [...order]
    .reverse()
    .filter((status) => of(status) > 0)
    .map((status) => words[status])
    .join(", ")
}
