/** `discover`: reads a list as far as it must and proposes the YAML of an entity, with the reason of each guess. */
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import { nameOf } from "../../sync/discover/DiscoveryRequest.ts"
import { plural } from "../render/terminal/Format.ts"
import * as Text from "../render/terminal/Text.ts"
import { adviceOn } from "../render/views/ProposalAdvice.ts"
import { entityYaml, fitComments } from "../render/views/ProposalView.ts"
import { exploreConnector, stopUndiscovered, withKey } from "../shared/ExploreConnector.ts"
import { trace } from "../shared/Flags.ts"
import { authOf, requestFlags, requestOf } from "../shared/RequestFlags.ts"
import { answer, asCalled, configDirectory, declarations, stop } from "../shared/Root.ts"
import { withWireTrace } from "../shared/Trace.ts"

const path = Flag.String("path").pipe(
  Flag.withDescription("The path to read, with its query, below the connector's base URL")
)

export const answerFlags = {
  records: Flag.String("records").pipe(
    Flag.withDescription("Where the records are: a JSON Pointer such as /items, or element names for XML"),
    Flag.optional
  ),
  format: Flag.Literals("format", ["json", "ndjson", "xml", "csv"]).pipe(
    Flag.withDescription("What the answer is, if it is not what it looks like"),
    Flag.optional
  ),
  charset: Flag.String("charset").pipe(
    Flag.withDescription("The charset of the answer, if nothing in it says so: windows-1251, utf-16le"),
    Flag.optional
  )
}

export const discover = Command.make(
  "discover",
  {
    connector: Argument.String("connector").pipe(Argument.withDescription("A declared connector")),
    path,
    account: Flag.String("account").pipe(
      Flag.withDescription("The account to read for, if the connector has several: shop1, anna/shop1"),
      Flag.optional
    ),
    ...answerFlags,
    ...requestFlags,
    trace
  },
  Effect.fn("cli.discover")(function* (input) {
    const loaded = yield* declarations
    const request = yield* requestOf(input, input.path)
    const name = `connectors/${input.connector}.yaml`
    const file = loaded.files.find((one) => one.name === name)
    const declared = loaded.connectors.find((one) => one.name === input.connector)
    if (file === undefined || declared === undefined) {
      return yield* stop(
        2,
        `There is no connector "${input.connector}"; there are ${loaded.connectors.map((one) => one.name).join(", ") || "none"}. \`tributary init --url ADDRESS\` makes one.`
      )
    }
    if (input.account._tag === "Some" && declared.accounts === undefined) {
      return yield* stop(2, `${declared.name} has no accounts, so --account says nothing`)
    }
    const auth = input.auth._tag === "None" ? undefined : yield* authOf(input.auth.value)
    const text = auth === undefined ? file.text : withKey(file.text, "auth", auth)
    const explored = yield* exploreConnector(
      { directory: yield* configDirectory, name: input.connector, text },
      {
        request,
        format: Option.getOrUndefined(input.format),
        records: Option.getOrUndefined(input.records),
        charset: Option.getOrUndefined(input.charset),
        account: Option.getOrUndefined(input.account),
        isSilent: input.yes
      }
    ).pipe(
      withWireTrace(input.trace),
      Effect.catchTag("Undiscovered", (error) => stopUndiscovered(error, input.connector))
    )
    const { arrays, entities, proposal, records } = explored
    const entity = nameOf(request.path, new Set(entities.map((one) => one.name)))
    const yaml = entityYaml(entity, explored)
    const found = adviceOn(entity, explored)
    const already = entities.filter((one) => one.request.path === request.path)
    const advice = [
      `From ${plural(records.length, "record")}. Put it below "entities:" of ${yield* configDirectory}/connectors/${declared.name}.yaml, check the types,`,
      yield* asCalled(`then: tributary check && tributary plan ${declared.name}.${entity}`),
      ...(auth === undefined ? [] : [`The file lacks what was typed as --auth: auth: ${JSON.stringify(auth)}`]),
      ...(already.length === 0
        ? []
        : [`${already.map(entityId).join(" and ")} ${already.length === 1 ? "reads" : "read"} this path already.`]),
      ...found
    ]
    yield* answer(
      {
        records: proposal.records,
        key: proposal.key,
        fields: proposal.fields,
        pages: explored.counts.length,
        arrays,
        page: explored.keys.page ?? null,
        confirmed: explored.isConfirmed,
        advice: found,
        already: already.map(entityId),
        yaml
      },
      ({ width }) => {
        const comments = advice.flatMap((line) => Text.wrap(line, width - 2)).map((line) => `# ${line}`)
        return [...comments, fitComments(yaml.replaceAll(/^(?=.)/gm, "  ").trimEnd(), width)].join("\n")
      }
    )
  })
).pipe(
  Command.withDescription("Read a list as far as it must, and propose the YAML of an entity"),
  Command.withExamples([
    { command: "tributary discover crm --path /v1/deals", description: "A list, as the address bar has it" },
    {
      command: `tributary discover crm --path /search --body '{"filter":{"open":true}}'`,
      description: "A list that is asked for with a POST"
    },
    { command: "tributary discover market --path /orders --account shop1", description: "A list of one account" },
    { command: "tributary discover crm --path /v1/deals --yes", description: "Without questions" }
  ])
)
