/** Decodes the `actions:` of a connector to settings by name, and checks the input that jobs give them. */
import { Result, Schema, SchemaParser } from "effect"
import type { Problems, Span } from "../files/Problems.ts"
import { emptyMap, type TreeMap } from "../files/Tree.ts"
import type { ActionSchema, ConnectorSchema, Decodable } from "../schema/ConnectorYaml.ts"
import { decode } from "../schema/Decode.ts"
import { optional } from "../schema/YamlKeys.ts"

/** An action as a job names it. */
export interface DeclaredAction {
  /** For example `crm.send`. */
  readonly id: string
  readonly input: Decodable
  /** Whether it has all its settings; without them it cannot run. */
  readonly ready: boolean
}

export interface DeclaredActions {
  readonly settings: Readonly<Record<string, unknown>>
  readonly known: ReadonlyArray<DeclaredAction>
}

/** The actions of a connector too broken to list them. */
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
  { connector, type }: { readonly connector: string; readonly type: ConnectorSchema | undefined },
  /** Holds only the key `actions`. */
  tree: TreeMap,
  problems: Problems
): DeclaredActions => {
  const actions = type?.actions ?? []
  const section = type === undefined ? {} : { section: type.type }
  const written = decode(Schema.Struct({ actions: ActionsYaml(actions) }), tree, problems, section)?.actions ?? {}
  const settings = Object.fromEntries(
    actions.flatMap((action): ReadonlyArray<readonly [string, unknown]> => {
      const own = written[action.name] ?? defaultsOf(action)
      return own === undefined ? [] : [[action.name, own]]
    })
  )
  const known = actions.map(({ input, name }) => ({ id: `${connector}.${name}`, input, ready: name in settings }))
  return { settings, known }
}

/** The settings of an action without a declaration; `undefined`: a declaration is required. */
const defaultsOf = ({ settings }: ActionSchema): unknown =>
  Result.getOrUndefined(SchemaParser.decodeUnknownResult(settings)({}))

/** Checks the input that a job gives to an action, like that of any other caller. */
export const checkInput = (
  { input }: DeclaredAction,
  tree: TreeMap | undefined,
  owner: Span,
  problems: Problems
): void => {
  decode(input, tree ?? emptyMap(owner), problems, { owner })
}
