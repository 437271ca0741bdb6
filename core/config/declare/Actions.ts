/** The `actions:` of a connector to settings by name, and what jobs may say to them. */
import { Result, Schema, SchemaParser } from "effect"
import type { Problems, Span } from "../files/Problems.ts"
import { emptyMap, type TreeMap } from "../files/Tree.ts"
import type { ActionSchema, Decodable } from "../schema/ConnectorYaml.ts"
import { decode } from "../schema/Decode.ts"
import { optional } from "../schema/Keys.ts"

/** An action as a job names it. */
export interface DeclaredAction {
  /** `iiko.negative-transfer`. */
  readonly id: string
  readonly input: Decodable
  /** Whether it was told all it needs; one that was not cannot run. */
  readonly ready: boolean
}

export interface DeclaredActions {
  readonly settings: Readonly<Record<string, unknown>>
  readonly known: ReadonlyArray<DeclaredAction>
}

/** Of a connector too broken to tell. */
export const unknownActions = (connector: string): DeclaredAction => ({
  id: `${connector}.*`,
  input: Schema.Unknown,
  ready: true
})

/** The map of a type's actions, each with its own keys. */
export const ActionsYaml = (actions: ReadonlyArray<ActionSchema>) =>
  optional(
    Schema.Struct(
      Object.fromEntries(actions.map(({ description, name, settings }) => [name, optional(settings, description)]))
    ),
    "What can be done to the system, by name, each with its settings."
  )

export const declareActions = (
  connector: string,
  /** With the key `actions` alone. */
  tree: TreeMap,
  actions: ReadonlyArray<ActionSchema>,
  problems: Problems
): DeclaredActions => {
  const written = decode(Schema.Struct({ actions: ActionsYaml(actions) }), tree, problems)?.actions ?? {}
  const settings = Object.fromEntries(
    actions.flatMap((action): ReadonlyArray<readonly [string, unknown]> => {
      const own = written[action.name] ?? defaultsOf(action)
      return own === undefined ? [] : [[action.name, own]]
    })
  )
  const known = actions.map(({ input, name }) => ({ id: `${connector}.${name}`, input, ready: name in settings }))
  return { settings, known }
}

/** What an action is set to when nothing is said; `undefined`: something must be said. */
const defaultsOf = ({ settings }: ActionSchema): unknown =>
  Result.getOrUndefined(SchemaParser.decodeUnknownResult(settings)({}))

/** What a job says to an action, checked as a caller's word would be. */
export const checkInput = (
  { input }: DeclaredAction,
  tree: TreeMap | undefined,
  owner: Span,
  problems: Problems
): void => {
  decode(input, tree ?? emptyMap(owner), problems, { owner })
}
