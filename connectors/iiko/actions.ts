/** The actions on an iiko Server, and on what is mirrored from it. */
import { internalTransfer } from "./documents/InternalTransfer.ts"
import { negativeTransfer } from "./documents/NegativeTransfer.ts"
import { writeoff } from "./documents/WriteoffAction.ts"
import { belowMinimum } from "./stock/BelowMinimum.ts"
import { stopList } from "./stop-list/StopList.ts"
import { stopListReport } from "./stop-list/StopListReport.ts"
import { tidyWriteoffs } from "./writeoff/TidyWriteoffs.ts"

export const actions = [
  writeoff,
  internalTransfer,
  negativeTransfer,
  belowMinimum,
  tidyWriteoffs,
  stopList,
  stopListReport
]
