/**
 * The states of a write-off and the transitions between them. Each transition is one statement that changes the row
 * only if all its guards hold, so of several conflicting requests one succeeds and the others are refused.
 */
import { DateTime, type Duration, Effect } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { columns, type Writeoff, WriteoffRefused, type WriteoffStatus, writeoffsOf } from "./Writeoff.ts"

type Guard =
  | "author"
  /** No other person has it open. */
  | "free"
  /** The actor has it open. */
  | "holder"
  | "fresh"
  | "complete"

interface Transition {
  readonly from: ReadonlyArray<WriteoffStatus>
  readonly to: WriteoffStatus
  readonly guards: ReadonlyArray<Guard>
}

const transitions = {
  edit: { from: ["draft"], to: "draft", guards: ["author"] },
  submit: { from: ["draft"], to: "waiting", guards: ["author", "complete"] },
  /** If nobody could approve it. */
  sendAtOnce: { from: ["draft"], to: "sending", guards: ["author", "complete"] },
  cancel: { from: ["draft", "waiting"], to: "cancelled", guards: ["author", "free"] },
  open: { from: ["waiting"], to: "waiting", guards: ["fresh", "free"] },
  release: { from: ["waiting"], to: "waiting", guards: ["holder"] },
  correct: { from: ["waiting"], to: "waiting", guards: ["holder"] },
  approve: { from: ["waiting"], to: "sending", guards: ["holder", "complete"] },
  reject: { from: ["waiting"], to: "rejected", guards: ["holder"] },
  /** Under the same number, so nothing is sent twice. */
  retry: { from: ["failed", "unknown"], to: "sending", guards: [] },
  sent: { from: ["sending", "unknown"], to: "sent", guards: [] },
  failed: { from: ["sending", "unknown"], to: "failed", guards: [] },
  unknown: { from: ["sending", "unknown"], to: "unknown", guards: [] }
} as const satisfies Record<string, Transition>

export type TransitionName = keyof typeof transitions

export interface Rules {
  readonly connector: string
  /** The age at which a waiting write-off, or an abandoned draft, expires. */
  readonly expiry: Duration.Duration
  /** How long an admin has it open exclusively. */
  readonly lock: Duration.Duration
}

export interface Move {
  readonly id: number
  readonly actor: string
  /** Other columns to set, with a leading comma. */
  readonly set?: Statement.Fragment
  /** Another condition on the row, and the refusal if it does not hold. */
  readonly when?: {
    readonly holds: Statement.Fragment
    readonly otherwise: readonly [WriteoffRefused["reason"], string]
  }
}

export const isoTime = (at: DateTime.DateTime): string => DateTime.formatIso(at)

/** Returns the row after the transition. */
export const move = Effect.fn("Writeoffs.move")(function* (
  name: TransitionName,
  rules: Rules,
  { actor, id, set, when }: Move
) {
  const sql = yield* SqlClient.SqlClient
  const { from, guards, to }: Transition = transitions[name]
  const now = yield* DateTime.now
  const at = sql`${isoTime(now)}::timestamptz`
  const oldest = sql`${isoTime(DateTime.subtractDuration(now, rules.expiry))}::timestamptz`
  const holds: Readonly<Record<Guard, Statement.Fragment>> = {
    author: sql`w.author = ${actor}`,
    free: sql`(w.locked_by is null or w.locked_by = ${actor} or w.locked_until <= ${at})`,
    holder: sql`w.locked_by = ${actor} and w.locked_until > ${at}`,
    fresh: sql`w.submitted_at > ${oldest}`,
    complete: sql`jsonb_array_length(w.items) > 0 and w.account_id is not null and w.reason <> ''`
  }
  const unlocked = to === "waiting" ? sql`` : sql`, locked_by = null, locked_until = null`
  const rows = yield* sql`
    update tributary.iiko_writeoff as w
    set status = ${to}, changed_at = ${at}${unlocked}${set ?? sql``}
    where w.id = ${BigInt(id)} and w.connector = ${rules.connector}
      and ${sql.and([sql`w.status in ${sql.in(from)}`, ...guards.map((guard) => holds[guard]), when?.holds ?? sql`true`])}
    returning ${yield* columns}`
  const [moved] = yield* writeoffsOf(rows)
  if (moved !== undefined) return moved
  // Read only now: the row may have changed since the statement.
  const writeoff = yield* byId(rules.connector, id)
  const [reason, message] =
    whyNot(writeoff, { from, guards, to }, { actor, now, rules }) ?? when?.otherwise ?? racedRefusal
  return yield* new WriteoffRefused({ reason, message, writeoff })
})

export const byId = Effect.fn("Writeoffs.byId")(function* (connector: string, id: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${yield* columns} from tributary.iiko_writeoff as w
    where w.id = ${BigInt(id)} and w.connector = ${connector}`
  return (yield* writeoffsOf(rows))[0]
})

interface Circumstances {
  readonly actor: string
  readonly now: DateTime.Utc
  readonly rules: Rules
}

export const incompleteRefusal = ["incomplete", "The write-off lacks products, an account or a reason."] as const

export const racedRefusal = ["moved", "The write-off was changed at the same moment: look at it again."] as const

/** The refusal of the first guard that does not hold. */
const whyNot = (
  writeoff: Writeoff | undefined,
  { from, guards }: Transition,
  { actor, now, rules }: Circumstances
): readonly [WriteoffRefused["reason"], string] | undefined => {
  if (writeoff === undefined) return ["missing", "There is no such write-off any more."]
  const { account, author, items, lockedBy, lockedUntil, reason, status, submittedAt } = writeoff
  const isLocked = lockedBy !== null && lockedUntil !== null && DateTime.isGreaterThan(lockedUntil, now)
  const oldest = DateTime.subtractDuration(now, rules.expiry)
  if (guards.includes("author") && author !== actor) return ["notYours", "The write-off is somebody else's."]
  if (status === "expired") return ["expired", "The write-off has expired."]
  if (!from.includes(status)) return ["moved", `The write-off is ${status} already.`]
  if (guards.includes("fresh") && (submittedAt === null || !DateTime.isGreaterThan(submittedAt, oldest))) {
    return ["expired", "The write-off has expired."]
  }
  if (isLocked && lockedBy !== actor) return ["locked", "Another admin has the write-off open."]
  if (guards.includes("holder") && !isLocked)
    return ["notOpened", "The write-off must be opened again: the time is over."]
  if (guards.includes("complete") && (items.length === 0 || account === null || reason === "")) {
    return incompleteRefusal
  }
  return undefined
}
