/**
 * Named tokens of the API, and sessions that were ended early. Only the hash of a token is stored. A token is long and
 * random, so SHA-256 is slow enough, and nobody can sign in with what the table holds.
 */
import { createHash, randomBytes } from "node:crypto"
import { Data, DateTime, Effect, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { decodeOwn } from "./DecodeRows.ts"

export const TokenScope = Schema.Literals(["read", "operate", "accounts"]).annotate({
  description:
    "read: look at everything but accounts. operate: also do what the console does. accounts: accounts, their schedules and tasks."
})
export type TokenScope = typeof TokenScope.Type

export const tokenScopes = TokenScope.literals

const ListedToken = Schema.Struct({
  name: Schema.String,
  scopes: Schema.Array(TokenScope),
  createdAt: Schema.Date,
  createdBy: Schema.String
})
export type ListedToken = typeof ListedToken.Type

export class TokenRefused extends Data.TaggedError("TokenRefused")<{ readonly message: string }> {}

/** Names that the audit uses for other actors. */
const taken = new Set(["admin", "api", "bot", "cli", "console", "job", "schedule", "start", "system"])

export const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest()

/** Returns the token, which is shown once and stored nowhere. */
export const make = Effect.fn("ApiTokens.make")(function* (
  name: string,
  scopes: ReadonlyArray<TokenScope>,
  by: string
) {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name) || taken.has(name)) {
    return yield* new TokenRefused({
      message: `"${name}" is not a valid token name: lower-case letters, digits and -, beginning with a letter, and none of ${[...taken].join(", ")}.`
    })
  }
  if (scopes.length === 0) {
    return yield* new TokenRefused({ message: `A token has at least one scope: ${tokenScopes.join(", ")}.` })
  }
  const sql = yield* SqlClient.SqlClient
  const token = `tributary_${randomBytes(32).toString("base64url")}`
  yield* sql`
    insert into tributary.api_token (name, hash, scopes, created_by)
    values (${name}, decode(${hashOf(token).toString("hex")}, 'hex'),
      array(select jsonb_array_elements_text(${JSON.stringify([...new Set(scopes)])}::jsonb)), ${by})`.pipe(
    Effect.catchIf(
      (error) => SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation",
      () => new TokenRefused({ message: `There is a token "${name}" already; revoke it first.` })
    )
  )
  return token
})

const decodeTokens = decodeOwn(ListedToken)

export const list = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select name, scopes, created_at as "createdAt", created_by as "createdBy" from tributary.api_token
    where revoked_at is null order by name`
  return yield* decodeTokens(rows)
}).pipe(Effect.withSpan("ApiTokens.list"))

export const revoke = Effect.fn("ApiTokens.revoke")(function* (name: string, by: string) {
  const sql = yield* SqlClient.SqlClient
  const gone = yield* sql`
    update tributary.api_token set revoked_at = now(), revoked_by = ${by}
    where name = ${name} and revoked_at is null returning name`
  if (gone.length === 0) return yield* new TokenRefused({ message: `There is no token "${name}".` })
})

const KnownTokens = Schema.Struct({
  tokens: Schema.Array(Schema.Struct({ name: Schema.String, hash: Schema.String, scopes: Schema.Array(TokenScope) })),
  ended: Schema.Array(Schema.String)
})
export type KnownTokens = typeof KnownTokens.Type

const decodeKnown = decodeOwn(KnownTokens)

/** The valid tokens and the ended sessions; hashes are hexadecimal. */
export const readKnown = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select
      coalesce((select jsonb_agg(jsonb_build_object('name', name, 'hash', encode(hash, 'hex'), 'scopes', to_jsonb(scopes)))
        from tributary.api_token where revoked_at is null), '[]') as tokens,
      coalesce((select jsonb_agg(id) from tributary.ended_session where until > now()), '[]') as ended`
  const [found] = yield* decodeKnown(rows)
  return found ?? { tokens: [], ended: [] }
}).pipe(Effect.withSpan("ApiTokens.known"))

/** Invalidates every copy of the session's cookie. The row is kept as long as a copy could be valid. */
export const endSession = Effect.fn("ApiTokens.endSession")(function* (id: string, until: DateTime.DateTime) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    with old as (delete from tributary.ended_session where until < now())
    insert into tributary.ended_session (id, until) values (${id}, ${DateTime.toDateUtc(until)})
    on conflict (id) do nothing`
})
