import { render, said } from "../../core/reason/Reason.ts"
import { type Completeness, partial } from "../../core/upstream/Source.ts"

/** With its sentence in place of the code, for tests of what is said. */
export const worded = (end: Completeness): Completeness =>
  end._tag === "Partial" ? partial(said(render(end.reason))) : end
