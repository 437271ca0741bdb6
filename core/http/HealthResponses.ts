/** The JSON of `/health`. */
import { Schema } from "effect"
import type { PluginHealth } from "../control/Plugin.ts"
import { Reason } from "../reason/Reason.ts"
import type { VendorEndpoint } from "../upstream/exchange/VendorEndpoint.ts"
import { Fire } from "./Responses.ts"

const Circuit = Schema.Literals(["closed", "open", "half-open"]).annotate({
  description: "open: its last calls all failed, it is left in peace; half-open: one call is tried."
})

const EndpointPart = Schema.Struct({
  connector: Schema.String,
  account: Schema.optionalKey(Schema.String),
  group: Schema.optionalKey(Schema.String.annotate({ description: "What the connector's vendor counts apart." })),
  circuit: Circuit
}) satisfies Schema.Codec<VendorEndpoint, unknown>

const Part = Schema.Struct({
  status: Schema.Literals(["ok", "warning", "failed", "never"]).annotate({
    description: "The worst of how the last runs of its entities ended; never: none has run."
  }),
  failing: Schema.Int.annotate({ description: "Entities whose last run failed." }),
  lastFinishedAt: Schema.NullOr(Schema.Date),
  ageSeconds: Schema.NullOr(Schema.Int),
  circuit: Circuit
})

const RedisPart = Schema.Struct({
  status: Schema.Literals(["ok", "away", "refusing"]).annotate({
    description: "away: it does not answer; refusing: it answers with errors. Memory and the system answer then."
  })
})

const JobPart = Schema.Struct({
  lastStatus: Schema.NullOr(Fire.fields.status),
  nextFire: Schema.NullOr(Schema.DateTimeUtc),
  paused: Schema.Boolean
})

const SchedulerPart = Schema.Struct({
  status: Schema.Literals(["ok", "stopped"]).annotate({
    description: "stopped: no daemon deals with a fire that is due."
  }),
  jobs: Schema.Int.annotate({ description: "Jobs that fire by themselves." }),
  nextFire: Schema.NullOr(Schema.DateTimeUtc)
})

const PluginPart = Schema.Struct({
  status: Schema.Literals(["ok", "degraded", "off"]).annotate({
    description: "off: declared, and not switched on. degraded: it does not do its work just now, and goes on trying."
  }),
  detail: Schema.String.annotate({ description: "One sentence for a person." }),
  reason: Reason.annotate({ description: "What `detail` says, as data." })
}) satisfies Schema.Codec<PluginHealth, unknown>

export const HealthyResponse = Schema.Struct({
  status: Schema.Literal("ok"),
  database: Schema.Struct({ status: Schema.Literal("ok"), roundTripMs: Schema.Int }),
  connectors: Schema.Record(Schema.String, Part),
  endpoints: Schema.Array(EndpointPart).annotate({
    description: "Whatever has limits and a circuit of its own: each connector, and what its vendor counts apart."
  }),
  scheduler: SchedulerPart,
  jobs: Schema.Record(Schema.String, JobPart),
  plugins: Schema.Record(Schema.String, PluginPart),
  redis: Schema.optionalKey(
    Schema.Record(Schema.String, RedisPart).annotate({
      description: "By connector: the Redis of its cache. Absent where none is declared."
    })
  )
}).annotate({
  identifier: "Well",
  description:
    "The process and its database are well; a connector that fails or a plugin that is degraded does not make the daemon unwell."
})

export const UnhealthyResponse = Schema.Struct({
  status: Schema.Literal("unwell"),
  database: Schema.Struct({
    status: Schema.Literals(["unreachable", "read-only"]).annotate({
      description: "read-only: it answers and takes no writes: it is a standby, or was set so."
    })
  })
}).annotate({ identifier: "Unwell" })
