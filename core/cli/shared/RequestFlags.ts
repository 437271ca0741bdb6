/** The flags of a request that a person types. Secrets are named by their variables, never typed. */
import { Effect, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import { type DiscoveryRequest, type Json, queryOf, splitPath } from "../../sync/discover/DiscoveryRequest.ts"
import { isSecret } from "../../upstream/exchange/HideCredentials.ts"
import { stop } from "./Root.ts"

export const requestFlags = {
  method: Flag.Literals("method", ["GET", "POST"]).pipe(
    Flag.withDescription("GET, or POST where there is a body"),
    Flag.optional
  ),
  header: Flag.String("header").pipe(
    Flag.withDescription("A header of the request, as in --header 'X-Version: 2'; once for each"),
    Flag.atLeast(0)
  ),
  body: Flag.String("body").pipe(
    Flag.withDescription("The JSON body of the request; one with query and variables is GraphQL"),
    Flag.optional
  ),
  form: Flag.String("form").pipe(
    Flag.withDescription("The body as a form, as in --form 'kind=deal&start=0'"),
    Flag.optional
  ),
  auth: Flag.String("auth").pipe(
    Flag.withDescription(
      "How the API knows you, by the name of the variable that holds the secret: bearer:VARIABLE, basic:USER:VARIABLE, header:X-Api-Key:VARIABLE, query:api_key:VARIABLE"
    ),
    Flag.optional
  ),
  yes: Flag.Boolean("yes").pipe(Flag.withDescription("Ask nothing, and take the likeliest"), Flag.withDefault(false))
}

export interface RequestInput {
  readonly method: Option.Option<"GET" | "POST">
  readonly header: ReadonlyArray<string>
  readonly body: Option.Option<string>
  readonly form: Option.Option<string>
}

const wrong = (message: string) => stop(2, message)

/** The request to that path, which may have a query. */
export const requestOf = Effect.fnUntraced(function* (input: RequestInput, path: string) {
  if (input.body._tag === "Some" && input.form._tag === "Some") {
    return yield* wrong("A request has one body: --body (JSON) or --form.")
  }
  const headers: Record<string, string> = {}
  for (const written of input.header) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(written) ?? []
    if (name === undefined || value === undefined)
      return yield* wrong(`"${written}" is no header; one is 'X-Version: 2'.`)
    if (isSecret(name)) {
      return yield* wrong(
        `A secret is not typed: put it into the environment or .env under a name, and write --auth header:${name}:NAME.`
      )
    }
    headers[name] = value
  }
  const body = input.body._tag === "None" ? undefined : yield* jsonOf(input.body.value)
  const form = Option.map(input.form, queryOf)
  const hasBody = body !== undefined || form._tag === "Some"
  const method = Option.getOrElse(input.method, () => (hasBody ? "POST" : "GET"))
  const request: DiscoveryRequest = {
    method,
    ...splitPath(path),
    headers,
    ...(body === undefined ? {} : bodyKeys(body)),
    ...(form._tag === "Some" ? { form: form.value } : {})
  }
  return request
})

const jsonOf = Effect.fnUntraced(function* (text: string) {
  return yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Json))(text).pipe(
    Effect.catch(() => wrong('--body is no JSON; one is \'{"state":"open"}\'.'))
  )
})

const bodyKeys = (body: Json): Pick<DiscoveryRequest, "body" | "graphql"> => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return { body }
  // The condition proves that it is an object of JSON values.
  const { query, variables = {}, ...others } = body as Readonly<Record<string, Json>>
  const isGraphql = typeof query === "string" && query.includes("{") && Object.keys(others).length === 0
  return isGraphql ? { graphql: { query, variables: objectOf(variables) } } : { body }
}

const objectOf = (value: Json): Readonly<Record<string, Json>> =>
  // As above.
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {}

const variable = /^[A-Z_][A-Z0-9_]*$/

/** The `auth:` of a connector of type rest. */
export const authOf = Effect.fnUntraced(function* (written: string) {
  const [kind = "", ...parts] = written.split(":")
  const named = parts.at(-1) ?? ""
  const others = parts.slice(0, -1)
  const takes = { bearer: 0, basic: 1, header: 1, query: 1, none: -1 }
  if (!Object.hasOwn(takes, kind)) {
    return yield* wrong("--auth begins with bearer, basic, header, query or none, as in --auth bearer:CRM_TOKEN.")
  }
  if (kind === "none") return { type: "none" }
  const [name = ""] = others
  const isShort = others.length !== takes[kind as keyof typeof takes] || (kind !== "bearer" && name === "")
  if (isShort || !variable.test(named)) {
    // The typed text may be the secret itself, so it is not repeated.
    const forms = {
      bearer: "bearer:CRM_TOKEN",
      basic: "basic:USER:CRM_PASSWORD",
      header: "header:X-Api-Key:CRM_KEY",
      query: "query:api_key:CRM_KEY"
    }
    const form = forms[kind as keyof typeof forms]
    return yield* wrong(
      `--auth ${kind} names the variable that holds the secret, in capitals, and not the secret: --auth ${form}, and CRM_…=… in the environment or in .env.`
    )
  }
  const secret = { secret: named }
  switch (kind) {
    case "bearer":
      return { type: "bearer", token: secret }
    case "basic":
      return { type: "basic", user: name, password: secret }
    default:
      return { type: "apiKey", in: kind, name, value: secret }
  }
})
