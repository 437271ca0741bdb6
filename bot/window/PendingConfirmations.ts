/**
 * Confirmations that the buttons of a message are bound to: a plan to apply, an edited file to accept, a person to let
 * in. A confirmation is taken once, by the first who presses, and it survives a restart.
 */
import { Context, DateTime, Duration, Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

export class PendingConfirmations extends Context.Service<
  PendingConfirmations,
  {
    /** Returns its id, for the data of buttons. */
    readonly make: (kind: string, about: Schema.Json, madeBy: string) => Effect.Effect<number, SqlError.SqlError>
    /** Takes the confirmation and returns its subject; `undefined` if it was already taken or is too old. */
    readonly take: (kind: string, id: number) => Effect.Effect<Schema.Json | undefined, SqlError.SqlError>
    /** The same without taking it. */
    readonly look: (kind: string, id: number) => Effect.Effect<Schema.Json | undefined, SqlError.SqlError>
  }
>()("tributary/bot/window/PendingConfirmations") {
  static readonly layer = Layer.effect(
    PendingConfirmations,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const oldest = Effect.map(DateTime.now, (now) => DateTime.formatIso(DateTime.subtractDuration(now, lifetime)))
      return PendingConfirmations.of({
        make: Effect.fn("PendingConfirmations.make")(function* (kind: string, about: Schema.Json, madeBy: string) {
          const now = DateTime.formatIso(yield* DateTime.now)
          const rows = yield* sql`
            with gone as (delete from tributary.bot_offer where made_at <= ${yield* oldest}::timestamptz)
            insert into tributary.bot_offer (kind, about, made_by, made_at)
            values (${kind}, ${JSON.stringify(about)}::jsonb, ${madeBy}, ${now}::timestamptz) returning id`
          const [{ id }] = yield* Effect.orDie(decodeIds(rows))
          return Number(id)
        }),
        take: Effect.fn("PendingConfirmations.take")(function* (kind: string, id: number) {
          const rows = yield* sql`
            delete from tributary.bot_offer
            where id = ${BigInt(id)} and kind = ${kind} and made_at > ${yield* oldest}::timestamptz
            returning about::text`
          return yield* only(rows)
        }),
        look: Effect.fn("PendingConfirmations.look")(function* (kind: string, id: number) {
          const rows = yield* sql`
            select about::text from tributary.bot_offer
            where id = ${BigInt(id)} and kind = ${kind} and made_at > ${yield* oldest}::timestamptz`
          return yield* only(rows)
        })
      })
    })
  )
}

const lifetime = Duration.hours(24)

const decodeIds = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ id: Schema.BigInt })]))
/** As text: the driver would read numbers in it as doubles. */
const decodeAbout = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ about: Schema.fromJsonString(Schema.Json) }))
)
const only = (rows: unknown) => Effect.map(Effect.orDie(decodeAbout(rows)), ([row]) => row?.about)
