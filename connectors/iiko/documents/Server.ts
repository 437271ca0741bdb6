/** The iiko Server as actions ask it. */
import { Context, type Effect } from "effect"
import type { UpstreamError } from "../../../core/upstream/Source.ts"
import type { Upstream } from "../../../core/upstream/Upstream.ts"

export class Server extends Context.Service<
  Server,
  {
    /** The connector's name, which the tables of its entities begin with. */
    readonly connector: string
    readonly upstream: Upstream
    /** Logs in where that is needed, so that what follows fails by itself alone. */
    readonly ready: Effect.Effect<void, UpstreamError>
  }
>()("tributary/connectors/iiko/documents/Server") {}
