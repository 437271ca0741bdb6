/** Every decoder of foreign bytes returns a value or its own failure, and the same however the bytes are cut. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted } from "effect"
import * as Translator from "../../bot/i18n/FluentTranslator.ts"
import * as Hook from "../../connectors/iiko/cloud/Hook.ts"
import { matches } from "../../core/config/Selector.ts"
import { reasonHtml, reasonText } from "../../core/plugin/chat/ReasonText.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { codes, foreignText, type Param, partsOf } from "../../core/reason/Reason.ts"
import { select } from "../../core/sync/SelectEntities.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { loadFiles } from "../config/cases/harness.ts"
import { type Format, formats, good, spellings } from "../hostile/Formats.ts"
import { cpuMillis } from "../support/cpuTime.ts"
import { drain, entity, upstream } from "../upstream/vendor.ts"
import { bytesOf, mutated, piecesOf, trouble } from "./Bytes.ts"
import { options } from "./Options.ts"

/** Runs each case with its own seed, which a failure names. */
const each = <E>(usual: number, one: (random: Draw, seed: number) => Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    const { cases, seed: first } = yield* options(usual)
    for (let seed = first; seed < first + cases; seed++) {
      const random = yield* draw(seed)
      const exit = yield* Effect.exit(Effect.suspend(() => one(random, seed)))
      if (Exit.isFailure(exit)) assert.fail(`PROOF_SEED=${seed} PROOF_CASES=1: ${Cause.pretty(exit.cause)}`)
    }
  })

const extras: Readonly<Record<Format, string>> = {
  json: '{"meta":{"total":3,"list":[1,{"a":[]}],"text":"a \\"b\\" \\u0416"},"items":[{"id":1,"n":-0.10e+5},{"id":12345678901234567890,"deep":[[{}]]},null,"x"],"next":null}',
  ndjson: '{"id":1,"n":1e5}\n\n{"id":2,"list":[1,2,{"a":"\\\\"}]}\n"x"\n',
  xml: '<?xml version="1.0"?><!-- c --><list n="1"><meta><total>3</total></meta><item a="1">t<b/>u</item><item><![CDATA[<x>]]></item></list>',
  csv: 'id,name,"a ""b"""\r\n1,"x\ny",z\n\n2,,\n'
}

const readIn = (format: Format, pieces: ReadonlyArray<Uint8Array<ArrayBuffer>>) =>
  Effect.gen(function* () {
    const { records, type } = spellings[format]
    const body = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (const piece of pieces) controller.enqueue(piece)
          controller.close()
        }
      })
    const vendor = yield* upstream(
      () => new Response(body(), { headers: { "content-type": type, "transfer-encoding": "chunked" } })
    )
    return yield* drain(HttpSource.make(vendor)(entity({ format, records })))
  }).pipe(
    Effect.scoped,
    // The position of the fault may differ by a character.
    Effect.catchTag("UpstreamError", ({ kind }) => Effect.succeed({ kind }))
  )

describe("a list of records", () => {
  for (const format of formats) {
    it.live(`in ${format} is read alike however it is cut, or refused alike`, () =>
      each(300, (random) =>
        Effect.gen(function* () {
          const bytes = bytesOf(random, mutated(random, random.pick([good(format), extras[format]])))
          const whole = yield* readIn(format, [bytes])
          assert.deepStrictEqual<unknown>(yield* readIn(format, piecesOf(random, bytes)), whole)
          if (!("records" in whole)) return assert.strictEqual(whole.kind, "Format")
          const text = new TextDecoder("utf-8").decode(bytes)
          // Accepted input is also well-formed for another parser.
          if (format === "json") JSON.parse(text)
          if (format === "ndjson") {
            const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== "")
            assert.lengthOf(whole.records, lines.map((line): unknown => JSON.parse(line)).length)
          }
        })
      )
    )
  }
})

const yaml = [
  `type: rest\nbaseUrl: https://api.test\ntoken: { secret: SET }\nlimits: { rate: 300/min, timeout: 30s }\nretry: [1s, 3s]\nentities:\n  deal:\n    path: /v1/{id}/deals\n    query: { from: { date: today, offset: 1d, sign: -1, format: iso } }\n    page: { type: page, size: 10 }\n    key: [id, part]\n    forEach: { entity: shop.other, params: { id: id } }\n    fields: &fields { id: bigint, part: text, amount: { from: /a/b, type: decimal }, tags: "text[]" }\n  other:\n    path: /x\n    matrix: { kind: [a, b] }\n    key: id\n    fields: *fields\n`,
  readFileSync(new URL("../../config/connectors/fintablo.yaml", import.meta.url), "utf8").replace(
    "type: fintablo",
    "type: till"
  ),
  'morning:\n  schedule: "0 7 * * *"\n  misfire: { grace: 1h, policy: once }\n  steps:\n    - sync: ["shop.*", "!shop.other"]\n    - parallel: [{ sync: ["*"] }]\n'
] as const

it.live("YAML is a configuration, or diagnostics that stand in its files", () =>
  each(300, (random) =>
    Effect.gen(function* () {
      const files = {
        "config/connectors/shop.yaml": mutated(random, yaml[0]),
        "config/connectors/till.yaml": random.chance(0.2) ? mutated(random, yaml[1]) : "type: till\n",
        "config/jobs.yaml": mutated(random, yaml[2])
      }
      const began = cpuMillis()
      const diagnostics = yield* loadFiles(files, { SET: "set" }).pipe(
        Effect.as([]),
        Effect.catchTag("ConfigurationInvalid", (invalid) => Effect.succeed(invalid.diagnostics))
      )
      assert.isBelow(cpuMillis() - began, 2_000)
      for (const { file, line } of diagnostics) {
        const text: string | undefined = Object.entries(files).find(([name]) => name === file)?.[1]
        assert.isAtMost(line, (text ?? "").split("\n").length + 1, `${file}:${line}`)
      }
    })
  )
)

/** Answers the same question by trying everything. */
const reference = (pattern: string, id: string): boolean => {
  if (pattern === "") return id === ""
  if (pattern.startsWith("*")) {
    return Array.from({ length: id.length + 1 }, (_, at) => at).some((at) => reference(pattern.slice(1), id.slice(at)))
  }
  return id.startsWith(pattern.charAt(0)) && reference(pattern.slice(1), id.slice(1))
}

it.live("a selector names what its stars allow, whatever was typed", () =>
  each(500, (random) =>
    Effect.gen(function* () {
      const some = (letters: string, most: number) =>
        Array.from({ length: random.int(0, most) }, () => letters[random.int(0, letters.length - 1)]).join("")
      const [pattern, id] = [some("ab.**", 8), some("ab.", 9)]
      assert.strictEqual(matches(pattern, id), reference(pattern, id), `${pattern} on ${id}`)
      const entities = [{ connector: "iiko", name: "product" }]
      const typed = Array.from({ length: random.int(0, 3) }, () => trouble(random) + some("i*!.", 5_000))
      yield* select(entities, typed).pipe(
        Effect.catchTag("UnknownSelector", ({ message }) => Effect.sync(() => message))
      )
    })
  )
)

it.live("a webhook is believed by its token alone, and read or not", () =>
  each(300, (random) =>
    Effect.gen(function* () {
      const hook = Hook.make(Redacted.make("right"))
      const body = mutated(random, '[{"eventType":"StopListUpdate","organizationId":"1","eventInfo":{"a":[1]}}]')
      const shown = random.pick(["right", "Bearer right", mutated(random, "Bearer right"), trouble(random), ""])
      const { _tag } = yield* hook({ headers: { authorization: shown }, body })
      const isRight = shown.replace(/^Bearer /i, "") === "right"
      assert.isTrue(isRight ? _tag !== "Refused" : _tag === "Refused", `${shown}: ${_tag}`)
    })
  )
)

it.live("a reason is told in each language with whatever its parameters hold, and as no markup", () =>
  Effect.suspend(() => {
    const languages = Translator.make(["ru", "en"], "UTC")
    const known = codes()
    return each(500, (random) =>
      Effect.sync(() => {
        const hostile = () => `<evil>{ $x }${trouble(random)}`
        const params = (code: string): Readonly<Record<string, Param>> =>
          Object.fromEntries(
            partsOf(code).flatMap((part): ReadonlyArray<readonly [string, Param]> => {
              if (part._tag === "Text") return []
              if (part._tag === "Word" || part.kind === "int") return [[part.name, random.int(-5, 1_000_000)]]
              if (part.kind === "reason") return [[part.name, foreignText(hostile())]]
              return part.kind === "reasons"
                ? [[part.name, [foreignText(hostile()), foreignText(hostile())]]]
                : [[part.name, hostile()]]
            })
          )
        const code = known[random.int(0, known.length - 1)] ?? "unsaid"
        const translator = languages.in(random.pick(["ru", "en", "xx"]))
        const text = reasonText(translator, { code, params: params(code) })
        assert.notStrictEqual(text, "")
        assert.notMatch(text, /^\{?reason-/)
        assert.notInclude(reasonHtml(translator, { code, params: params(code) }, 10_000), "<evil>")
      })
    )
  })
)
