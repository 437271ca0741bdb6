/** What a new configuration changes, by name. */
import { Equal } from "effect"
import type { DaemonDeclaration, Declarations } from "../config/Connector.ts"
import { entityId } from "../config/Entity.ts"
import type { Change, Changes } from "./ConfigVersion.ts"

export const changesBetween = (before: Declarations, after: Declarations): Changes => ({
  connectors: changed(before.connectors, after.connectors, nameOf, isSame),
  entities: changed(entitiesOf(before), entitiesOf(after), entityId, Equal.equals),
  jobs: changed(before.jobs, after.jobs, nameOf, (old, next) => old.hash === next.hash),
  plugins: changed(before.plugins, after.plugins, nameOf, isSame),
  rebuilt: after.connectors.flatMap(({ fingerprint, name }) =>
    before.connectors.some((old) => old.name === name && old.fingerprint === fingerprint) ? [] : name
  ),
  restart: (["database", "http", "log", "reload"] satisfies ReadonlyArray<keyof DaemonDeclaration>).filter(
    (key) => !Equal.equals(before.daemon[key], after.daemon[key])
  )
})

const nameOf = ({ name }: { readonly name: string }) => name

interface Marked {
  readonly hash: string
  readonly fingerprint: string
}

/** Down to the values of secrets. */
const isSame = (old: Marked, next: Marked) => old.hash === next.hash && old.fingerprint === next.fingerprint

const entitiesOf = ({ connectors }: Declarations) => connectors.flatMap(({ entities }) => entities)

const changed = <A>(
  before: ReadonlyArray<A>,
  after: ReadonlyArray<A>,
  nameOf: (item: A) => string,
  same: (old: A, next: A) => boolean
): Change => {
  const old = new Map(before.map((item) => [nameOf(item), item]))
  const next = new Map(after.map((item) => [nameOf(item), item]))
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    changed: [...next].flatMap(([name, item]) => {
      const was = old.get(name)
      return was === undefined || same(was, item) ? [] : name
    }),
    removed: [...old.keys()].filter((name) => !next.has(name))
  }
}
