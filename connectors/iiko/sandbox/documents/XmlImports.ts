/** Imports of documents as XML: their reader, and the answer, which is 200 whatever is wrong with the document. */
import { Effect, Schema } from "effect"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import type { SandboxRequest, SandboxResponse } from "../../../../core/sdk-sandbox.ts"
import { badRequest, Refusal, xmlDocument } from "../Responses.ts"

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "item" })

/** The root must be a single `<document>`; the list element of the exports is refused. */
export const documentReader = <A>(schema: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownEffect(Schema.Struct({ document: schema }))
  return Effect.fnUntraced(function* ({ body, headers }: SandboxRequest) {
    if (!/\bxml\b/.test(headers["content-type"] ?? "")) {
      return yield* new Refusal({ status: 415, text: "Unsupported Media Type, expected application/xml" })
    }
    const problem = XMLValidator.validate(body)
    if (problem !== true) return yield* badRequest(`javax.xml.bind.UnmarshalException: ${problem.err.msg}`)
    const { document } = yield* decode(parser.parse(body)).pipe(
      Effect.mapError((error) => badRequest(`javax.xml.bind.UnmarshalException: unexpected element. ${error.message}`))
    )
    return document
  })
}

export const validation = (fields: {
  valid: boolean
  documentNumber: string
  warning?: boolean
  [other: string]: string | boolean
}): SandboxResponse => xmlDocument("documentValidationResult", { ...fields, warning: fields.warning ?? false })
