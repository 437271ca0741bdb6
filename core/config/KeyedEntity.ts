/**
 * An entity of which some records are read, each by its key. It writes the same rows as the declared one and deletes
 * none: what the read does not bring is not looked for.
 */
import type { Entity, OneRecord, ParentStatus } from "./Entity.ts"

/** The column of the key, whose value stands in the request; the id of an account is no part of it. */
export const ownKey = ({ key, perAccount }: Pick<Entity, "key" | "perAccount">): string =>
  (perAccount === true ? key[1] : key[0]) ?? key[0]

/** What 404 and 410 mean unless `gone` names them. */
const failing: Readonly<Record<number, ParentStatus>> = { 404: "fail", 410: "fail" }

export const readByKeys = (entity: Entity, one: OneRecord, keys: ReadonlyArray<string>): Entity => {
  const { incremental: _, leads: __, places: ___, windows: ____, ...rest } = entity
  const param = ownKey(entity)
  return {
    ...rest,
    declared: entity,
    request: { method: "GET", path: one.path, query: one.query, headers: entity.request.headers },
    records: one.records,
    single: true,
    page: { type: "none" },
    mode: entity.mode === "append" ? "append" : "upsert",
    forEach: {
      values: [...new Set(keys)],
      params: { [param]: param },
      onStatus: { ...failing, ...Object.fromEntries(one.gone.map((status) => [status, "empty" as const])) }
    }
  }
}
