/** One connector, one entity or one column of a configuration that is sound. */
import { Effect } from "effect"
import type { Entity } from "../../../core/config/Entity.ts"
import { type Files, loadFiles } from "./harness.ts"

export const connectorOf = (yaml: string, environment: Readonly<Record<string, string>> = {}, more: Files = {}) =>
  Effect.gen(function* () {
    const { connectors } = yield* loadFiles({ ...more, "config/connectors/shop.yaml": yaml }, environment)
    const [connector] = connectors
    if (connector === undefined) return yield* Effect.die("no connector was declared")
    return connector
  })

export const entityOf = (...lines: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { entities } = yield* connectorOf(
      `type: rest\nbaseUrl: x\nentities:\n  deal:\n${lines.map((line) => `    ${line}\n`).join("")}`
    )
    const [entity] = entities
    if (entity === undefined) return yield* Effect.die("no entity was declared")
    return entity
  })

export const columnOf = (entity: Entity, name: string) => entity.columns.find((column) => column.name === name)
