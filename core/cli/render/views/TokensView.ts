/** The named tokens of the API; never the tokens themselves. */
import { DateTime } from "effect"
import type { ListedToken } from "../../../database/audit/ApiTokens.ts"
import { moment } from "../terminal/Format.ts"
import { asTyped } from "../terminal/Prose.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<ListedToken>> => [
  { title: "token", value: ({ name }) => ({ text: name, tone: "strong" }), min: 12, keep: "ends" },
  { title: "scopes", value: ({ scopes }) => scopes.join(", ") },
  { title: "made", value: ({ createdAt }) => moment(DateTime.fromDateUnsafe(createdAt), now) },
  { title: "by", value: ({ createdBy }) => ({ text: createdBy, tone: "dim" }), min: 6, keep: "ends" }
]

export const render = (tokens: ReadonlyArray<ListedToken>, now: DateTime.Zoned, view: View): string =>
  tokens.length === 0
    ? asTyped("There is no named token. `tributary tokens add NAME --scope read` makes one.", view)
    : Table.render({ columns: columns(now), rows: tokens }, view)
