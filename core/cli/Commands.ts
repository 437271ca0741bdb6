/**
 * The commands by name, in the order of the help. Each is loaded when its name is typed, so no command waits for what only
 * others need.
 */
import { Effect } from "effect"

const modules = {
  init: () => import("./commands/Init.ts").then(({ init }) => init),
  start: () => import("./commands/Start.ts").then(({ start }) => start),
  check: () => import("./commands/Check.ts").then(({ check }) => check),
  doctor: () => import("./commands/Doctor.ts").then(({ doctor }) => doctor),
  plan: () => import("./commands/Plan.ts").then(({ plan }) => plan),
  apply: () => import("./commands/Apply.ts").then(({ apply }) => apply),
  sync: () => import("./commands/Sync.ts").then(({ sync }) => sync),
  run: () => import("./commands/Run.ts").then(({ run }) => run),
  jobs: () => import("./commands/Jobs.ts").then(({ jobs }) => jobs),
  action: () => import("./commands/Actions.ts").then(({ action }) => action),
  actions: () => import("./commands/Actions.ts").then(({ actions }) => actions),
  export: () => import("./commands/Export.ts").then(({ exportCommand }) => exportCommand),
  discover: () => import("./commands/Discover.ts").then(({ discover }) => discover),
  deletes: () => import("./commands/Deletes.ts").then(({ deletes }) => deletes),
  status: () => import("./commands/Status.ts").then(({ status }) => status),
  rows: () => import("./commands/Rows.ts").then(({ rows }) => rows),
  log: () => import("./commands/Log.ts").then(({ log }) => log),
  reload: () => import("./commands/Reload.ts").then(({ reload }) => reload),
  tokens: () => import("./commands/Tokens.ts").then(({ tokens }) => tokens),
  accounts: () => import("./commands/Accounts.ts").then(({ accounts }) => accounts),
  schedules: () => import("./commands/Schedules.ts").then(({ schedules }) => schedules),
  tasks: () => import("./commands/Tasks.ts").then(({ tasks }) => tasks),
  inbox: () => import("./commands/Inbox.ts").then(({ inbox }) => inbox),
  cache: () => import("./commands/Cache.ts").then(({ cache }) => cache),
  erase: () => import("./commands/Erase.ts").then(({ erase }) => erase),
  schema: () => import("./commands/Schema.ts").then(({ schema }) => schema),
  sandbox: () => import("./commands/Sandbox.ts").then(({ sandbox }) => sandbox)
} as const

const names = Object.keys(modules) as ReadonlyArray<keyof typeof modules> // the keys of a literal

/** Returns the command whose name comes first; otherwise all commands, for help and suggestions. */
export const commandsFor = ([first]: ReadonlyArray<string>) => {
  const typed = names.filter((name) => name === first)
  return Effect.promise(() => Promise.all((typed.length > 0 ? typed : names).map((name) => modules[name]())))
}
