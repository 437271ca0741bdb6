/**
 * The commands by name, in the order of the help. Each is loaded when its name is typed, so no command waits for what only
 * others need.
 */
import { Effect } from "effect"

const modules = {
  start: () => import("./Start.ts").then(({ start }) => start),
  check: () => import("./Check.ts").then(({ check }) => check),
  doctor: () => import("./Doctor.ts").then(({ doctor }) => doctor),
  plan: () => import("./Plan.ts").then(({ plan }) => plan),
  apply: () => import("./Apply.ts").then(({ apply }) => apply),
  sync: () => import("./Sync.ts").then(({ sync }) => sync),
  run: () => import("./Run.ts").then(({ run }) => run),
  jobs: () => import("./Jobs.ts").then(({ jobs }) => jobs),
  action: () => import("./Actions.ts").then(({ action }) => action),
  actions: () => import("./Actions.ts").then(({ actions }) => actions),
  export: () => import("./Export.ts").then(({ exportCommand }) => exportCommand),
  discover: () => import("./Discover.ts").then(({ discover }) => discover),
  deletes: () => import("./Deletes.ts").then(({ deletes }) => deletes),
  status: () => import("./Status.ts").then(({ status }) => status),
  log: () => import("./Log.ts").then(({ log }) => log),
  reload: () => import("./Reload.ts").then(({ reload }) => reload),
  tokens: () => import("./Tokens.ts").then(({ tokens }) => tokens),
  erase: () => import("./Erase.ts").then(({ erase }) => erase),
  schema: () => import("./Schema.ts").then(({ schema }) => schema),
  sandbox: () => import("./Sandbox.ts").then(({ sandbox }) => sandbox)
} as const

const names = Object.keys(modules) as ReadonlyArray<keyof typeof modules> // the keys of a literal

/** The command whose name comes first. Of anything else the answer is all commands, for help and suggestions. */
export const commandsFor = ([first]: ReadonlyArray<string>) => {
  const typed = names.filter((name) => name === first)
  return Effect.promise(() => Promise.all((typed.length > 0 ? typed : names).map((name) => modules[name]())))
}
