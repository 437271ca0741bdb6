/** The portal of a running connector, for its actions. */
import { Context } from "effect"
import type { Portal } from "./Portal.ts"

export class PortalService extends Context.Service<PortalService, Portal>()(
  "tributary/connectors/bitrix24/portal/PortalService"
) {}
