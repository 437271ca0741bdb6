/** The changes of a new configuration, by name. */
import { Equal } from "effect"
import type { ConfigurationFile } from "../config/Configuration.ts"
import type { DaemonDeclaration, Declarations } from "../config/Declarations.ts"
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
  daemon: [],
  restart: (
    ["name", "database", "http", "log", "reload", "retention", "alerts"] satisfies ReadonlyArray<
      keyof DaemonDeclaration
    >
  ).filter((key) => !Equal.equals(before.daemon[key], after.daemon[key]))
})

/** The changes at a start: everything is built, and all of `daemon.yaml` is in effect. */
export const changesSinceStop = (before: Declarations, after: Declarations): Changes => {
  const { restart, ...changes } = changesBetween(before, after)
  return { ...changes, rebuilt: [], daemon: restart, restart: [] }
}

/** The changes that can be seen in the text of files that no longer load. */
export const changesOfFiles = (
  before: ReadonlyArray<ConfigurationFile>,
  after: ReadonlyArray<ConfigurationFile>
): Changes => {
  const of = (belongs: RegExp): Change => {
    const named = (files: typeof before) =>
      files.flatMap((file) => {
        const name = belongs.exec(file.name)?.[1]
        return name === undefined ? [] : { name, text: file.text }
      })
    return changed(named(before), named(after), nameOf, (old, next) => old.text === next.text)
  }
  const none: Change = { added: [], changed: [], removed: [] }
  const daemon = of(/^(daemon)\.yaml$/)
  return {
    connectors: of(/^connectors\/(.+)\.ya?ml$/),
    entities: none,
    jobs: none,
    plugins: of(/^(?!daemon\.yaml)([^/]+)\.yaml$/),
    rebuilt: [],
    daemon: [...daemon.added, ...daemon.changed, ...daemon.removed],
    restart: []
  }
}

const nameOf = ({ name }: { readonly name: string }) => name

interface DeclarationHashes {
  readonly hash: string
  readonly fingerprint: string
}

/** Compares everything, including the values of secrets. */
const isSame = (old: DeclarationHashes, next: DeclarationHashes) =>
  old.hash === next.hash && old.fingerprint === next.fingerprint

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
