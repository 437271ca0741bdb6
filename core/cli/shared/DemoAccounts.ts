/**
 * Accounts for the demo: the customers of its sandboxes who have authorized. Their credentials are sealed with a key of the
 * demo's own, in its folder.
 */
import { randomBytes } from "node:crypto"
import { Effect, FileSystem, Path, Record, Redacted } from "effect"
import { Accounts } from "../../accounts/Accounts.ts"
import { AccountVendors } from "../../accounts/AccountVendors.ts"
import type { SandboxAccount } from "../../plugin/Sandbox.ts"
import { layerEngine } from "./Engine.ts"
import { loadIn } from "./Root.ts"

/** The customers of the sandbox of each connector type. */
export type Customers = ReadonlyMap<string, ReadonlyArray<SandboxAccount>>

/** Returns the master key of the demo; `isNew` if there was none, and so no account either. */
export const masterKey = Effect.fn("DemoAccounts.masterKey")(function* (folder: string) {
  const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
  const file = path.join(folder, "master-key")
  if (yield* fs.exists(file)) return { key: yield* fs.readFileString(file), isNew: false }
  const key = randomBytes(32).toString("base64")
  yield* fs.makeDirectory(folder, { recursive: true })
  yield* fs.writeFileString(file, key, { mode: 0o600 })
  return { key, isNew: true }
})

const initiator = { trigger: "cli", actor: "demo" } as const

/** Adds the accounts that are missing, to every connector of their type. */
export const add = Effect.fn("DemoAccounts.add")(function* (customers: Customers) {
  // The command that follows reports a broken file.
  const loaded = yield* Effect.option(loadIn(process.env.TRIBUTARY_CONFIG || "config", new Map()))
  if (loaded._tag === "None") return
  yield* Effect.gen(function* () {
    const [accounts, vendors] = [yield* Accounts, yield* AccountVendors]
    for (const { name: connector, type } of loaded.value.connectors) {
      const known = new Set((yield* accounts.list(connector)).map(({ name, owner }) => `${owner}/${name}`))
      const missing = (customers.get(type) ?? []).filter(({ name, owner }) => !known.has(`${owner}/${name}`))
      if (missing.length === 0) continue
      const vendor = yield* vendors.find(connector)
      yield* Effect.forEach(missing, ({ credentials, ...account }) =>
        accounts.addGiven(
          { ...account, connector, perOwner: vendor.traits.perOwner },
          Record.map(credentials, (value) => Redacted.make(value)),
          vendor,
          initiator
        )
      )
    }
  }).pipe(Effect.scoped, Effect.provide(layerEngine(loaded.value)))
})
