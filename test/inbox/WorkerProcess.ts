/**
 * A daemon that only works off deliveries, in a process of its own, which tests kill. Each one worked off is a row of
 * `public.worked`. Arguments: the database's address.
 */
import { Duration, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Actions } from "../../core/actions/Actions.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import * as InboxWorkers from "../../core/inbox/InboxWorkers.ts"
import { Connector } from "../../core/plugin/Connector.ts"
import { InboxFailed, type InboxSource } from "../../core/plugin/Inbox.ts"
import { reasonOfError } from "../../core/reason/Reason.ts"
import { entity, layerSync } from "../support/source.ts"

const [url = ""] = process.argv.slice(2)

const layerDatabase = Database.layer({
  declaration: {
    url: Redacted.make(url),
    connections: 4,
    connectTimeout: Duration.seconds(10),
    statementTimeout: Duration.seconds(30),
    lockTimeout: Duration.seconds(30),
    recycle: Duration.minutes(5)
  },
  dataDirectory: ""
})

const layerWorkers = Layer.unwrap(
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const source: InboxSource = {
      description: "orders",
      admit: () => Effect.succeed({ _tag: "Refused" }),
      work: ({ id }) =>
        sql`insert into public.worked (delivery, process) values (${BigInt(id)}, ${process.pid})`.pipe(
          Effect.as(null),
          Effect.mapError((error) => new InboxFailed({ reason: reasonOfError(error), again: true }))
        )
    }
    const connector = Connector.of({
      read: () => {
        throw new Error("nothing is read here")
      },
      probe: Effect.succeed("fine"),
      inbox: new Map([["orders", source]])
    })
    const engine = layerSync([entity("thing")], () => ({}), {}, [], {
      layer: () => Layer.succeed(Connector, connector)
    })
    return InboxWorkers.layer(Duration.seconds(6)).pipe(
      Layer.provide([Inbox.layer, Actions.layer]),
      Layer.provide(engine)
    )
  })
)

await Effect.runPromise(Layer.launch(layerWorkers.pipe(Layer.provide(layerDatabase))))
