/** The entry of core for addresses that a connector type adds to the HTTP API, in the module `routes.ts` of its folder. */

export { type Account, Accounts } from "./accounts/Accounts.ts"
export { Caches } from "./cache/Caches.ts"
export { DurationFromText, durationText } from "./config/schema/Scalars.ts"
export * as Audit from "./database/audit/Audit.ts"
export { runSums } from "./database/audit/RunSums.ts"
export { quoteTable } from "./database/tables/Identifier.ts"
export { AdminAccess } from "./http/AdminAccess.ts"
export {
  AccountConflict,
  Missing,
  SystemFailure,
  Unavailable,
  UnknownSelectorProblem,
  WrongOptions
} from "./http/ApiErrors.ts"
export { readDatabase } from "./http/Background.ts"
export { ClosedInput } from "./http/ClosedInput.ts"
export { ConnectorRoutes } from "./http/ConnectorRoutes.ts"
export * as AccountHandlers from "./http/handlers/Accounts.ts"
export * as SyncHandlers from "./http/handlers/RequestedSync.ts"
export * as ScheduleHandlers from "./http/handlers/Schedules.ts"
export * as TaskHandlers from "./http/handlers/Tasks.ts"
export { NeededScope } from "./http/NeededScope.ts"
export { ResponseCache } from "./http/ResponseCache.ts"
export { RouteConnector } from "./http/RouteConnector.ts"
export { Registry } from "./plugin/Registry.ts"
export { reasonsIn } from "./reason/Reason.ts"
export { VendorState } from "./upstream/exchange/VendorState.ts"
