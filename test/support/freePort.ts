/** A port that was free a moment ago, for a server that must be reachable at the same place again. */
import { portOr } from "../../core/cli/shared/Port.ts"

export const freePort = portOr(0)
