/** Whether a name is that of a column, or of a field whose own mistake is reported already. */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Path } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import { atValue, type EntityDraft, hasField } from "./EntityDraft.ts"

export const checkColumn = (
  declared: EntityDraft,
  path: Path,
  column: string,
  columns: ReadonlyArray<Column>,
  report = atValue
): void => {
  const names = columns.map(({ name }) => name)
  if (names.includes(column) || hasField(declared, column)) return
  report(declared, path, withNearest(reason("column.unknown", { column }), column, names))
}
