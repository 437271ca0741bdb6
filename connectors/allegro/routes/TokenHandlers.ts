/** Answers `tokens` from the accounts of the connector. */
import { Effect, type Redacted } from "effect"
import { AccountHandlers, Missing, RouteConnector, TaskHandlers } from "../../../core/sdk-http.ts"
import type { Authorization, Token } from "./Tokens.ts"

type Account = Effect.Success<ReturnType<typeof AccountHandlers.list>>["accounts"][number]
type Task = Extract<Effect.Success<ReturnType<typeof TaskHandlers.one>>, { readonly kind: "authorization" }>

const tokenOf = (account: Account): typeof Token.Type => ({
  id: account.id,
  user_id: account.owner,
  name: account.name,
  login: account.belongsTo,
  expires_at: account.expiresAt,
  created_at: account.createdAt,
  updated_at: account.refreshedAt,
  is_active: account.status === "active",
  error: account.error
})

const statusOf = (state: Task["state"]): (typeof Authorization.Type)["status"] => {
  if (state === "running") return "PENDING"
  return state === "done" ? "SUCCESS" : "FAILURE"
}

const authorizationOf = ({
  account,
  error,
  expiresAt,
  id,
  link,
  state,
  userCode
}: Task): typeof Authorization.Type => ({
  task_id: id,
  device_code: id,
  user_code: userCode,
  verification_uri_complete: link,
  expires_at: expiresAt,
  status: statusOf(state),
  token_id: account,
  error
})

/** The usual name of an owner's only account. */
const onlyName = "allegro"

export const makeTokenHandlers = Effect.gen(function* () {
  const connector = yield* RouteConnector
  const missing = Effect.fail(new Missing({ detail: `${connector} has nothing of that number.` }))
  const ofThis = <A extends { readonly connector: string }>(found: A) =>
    found.connector === connector ? Effect.succeed(found) : missing
  const account = (id: string) => Effect.flatMap(AccountHandlers.one(id), ofThis)
  const withAccount = <A extends Account, E, R>(id: string, act: (id: string) => Effect.Effect<A, E, R>) =>
    Effect.map(Effect.andThen(account(id), act(id)), tokenOf)
  const list = (filter: { readonly owner?: string }) =>
    Effect.map(AccountHandlers.list({ connector, ...filter }), ({ accounts }) => ({ tokens: accounts.map(tokenOf) }))
  const task = Effect.fnUntraced(function* (id: string) {
    const found = yield* Effect.flatMap(TaskHandlers.one(id), ofThis)
    return found.kind === "authorization" ? authorizationOf(found) : yield* missing
  })
  const [pause, resume] = [AccountHandlers.turn("pause", "paused"), AccountHandlers.turn("resume", "active")]
  const add = (owner: string, name: string, credentials?: Readonly<Record<string, Redacted.Redacted>>) =>
    AccountHandlers.add({ connector, owner, name, ...(credentials === undefined ? {} : { credentials }) })
  return {
    list,
    one: (id: string) => Effect.map(account(id), tokenOf),
    create: Effect.fnUntraced(function* (
      owner: string,
      access: Redacted.Redacted,
      refresh: Redacted.Redacted,
      name = onlyName
    ) {
      const added = yield* add(owner, name, { accessToken: access, refreshToken: refresh })
      return "account" in added ? tokenOf(added.account) : yield* Effect.die(new Error("credentials make no task"))
    }),
    initialize: Effect.fnUntraced(function* (owner: string, name = onlyName) {
      const added = yield* add(owner, name)
      return "task" in added ? authorizationOf(added.task) : yield* Effect.die(new Error("a link makes a task"))
    }),
    turn: (id: string, isActive: boolean) => withAccount(id, isActive ? resume : pause),
    remove: (id: string) => Effect.asVoid(Effect.andThen(account(id), AccountHandlers.destroy(id))),
    refresh: (id: string) => withAccount(id, AccountHandlers.refresh),
    validate: (id: string) => withAccount(id, AccountHandlers.verify),
    task
  }
})
