/** The iiko Server, as actions use it. */
import { Context, type Effect } from "effect"
import type { Upstream, UpstreamError } from "../../../core/sdk.ts"

export class Server extends Context.Service<
  Server,
  {
    /** The connector's name, with which the tables of its entities begin. */
    readonly connector: string
    readonly upstream: Upstream.Upstream
    /** Logs in if needed, so that a later failure is that of the request itself. */
    readonly ready: Effect.Effect<void, UpstreamError>
  }
>()("tributary/connectors/iiko/documents/DocumentServer") {}
