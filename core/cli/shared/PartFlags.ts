/** Options of `sync` that read only some records: those with given keys, or those of a period. */
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import * as SyncRequest from "../../sync/SyncRequest.ts"
import { stop } from "./Root.ts"

const keys = Flag.String("keys").pipe(
  Flag.withDescription(
    "Read only the records with these keys, such as 17,18, of one entity that has `one`: missing ones are added, others read again, and nothing is deleted"
  ),
  Flag.optional
)

const from = Flag.String("from").pipe(
  Flag.withDescription(
    "Read only from this day on, such as 2026-01-01 or today-3d, of entities that have `windows`: nothing is deleted, and cursors stay"
  ),
  Flag.optional
)

const to = Flag.String("to").pipe(
  Flag.withDescription("With --from: read up to there, as `to` of windows says it. Default now"),
  Flag.optional
)

export const partFlags = { keys, from, to }

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const spelling: SyncRequest.Spelling = {
  option: (name) => `--${kebab(name)}`,
  keys: "--keys 17,18",
  from: "--from 2026-01-01"
}

interface Given {
  readonly keys: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
  readonly full: boolean
  readonly pastRejected: boolean
  readonly limit: Option.Option<number>
  readonly since: Option.Option<string>
}

const keysIn = (text: string): ReadonlyArray<string> => text.split(/[\s,]+/).filter((key) => key !== "")

/** The part that is asked for; options that cannot be together are wrong usage. */
export const partOf = ({ from, full, keys, limit, pastRejected, since, to }: Given) =>
  SyncRequest.partOf(
    {
      full,
      pastRejected,
      keys: Option.getOrUndefined(Option.map(keys, keysIn)),
      from: Option.getOrUndefined(from),
      to: Option.getOrUndefined(to),
      limit: Option.getOrUndefined(limit),
      since: Option.getOrUndefined(since)
    },
    spelling
  ).pipe(Effect.catchTag("WrongRequest", ({ message }) => stop(2, message)))
