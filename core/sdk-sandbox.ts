/** The entry of core for vendors' sandboxes: a server, its answers and faults, made-up data that is the same every time. */
export type { Sandbox, SandboxAccount, SandboxOptions } from "./plugin/Sandbox.ts"
export { type Draw, draw } from "./plugin/SandboxDraw.ts"
export { serve } from "./plugin/SandboxServer.ts"
export {
  type Collection,
  editCollections,
  json,
  type Refusals,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
  type Vendor,
  visible,
  visibleCount
} from "./plugin/SandboxVendor.ts"
