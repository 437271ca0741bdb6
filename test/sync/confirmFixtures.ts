/** A list of rows, some of which are missing. */
import { completeIn } from "../../core/upstream/Source.ts"
import type { Answer } from "../support/source.ts"
import { rows } from "./fixtures.ts"

/** A list of three pages that lacks some of its rows. */
export const list = (count: number, ...missing: ReadonlyArray<number>): Answer => ({
  records: rows(1, count).filter(({ id }) => !missing.includes(id)),
  end: completeIn(3)
})
