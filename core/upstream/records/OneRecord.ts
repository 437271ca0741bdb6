/** An answer that is one record of JSON, or has it at a place. An answer without it is a failure, and never an empty list. */
import { Array as Arr, Channel, Effect } from "effect"
import { follow, tokensOf } from "../../config/Pointer.ts"
import { foreignText, reason } from "../../reason/Reason.ts"
import type { Answer } from "../exchange/Exchange.ts"
import type { Batch, UpstreamError } from "../Source.ts"
import { ambiguity } from "./DoubledNames.ts"
import type { MarkOptions } from "./ExactNumbers.ts"
import { isJsonObject } from "./Json.ts"
import { ambiguousRecord } from "./PassedRecords.ts"
import { type BodyFacts, exactText, notAs, type RecordFormat } from "./Records.ts"

/** What stands beside a record is the document around it; a record that is the whole document has nothing beside it. */
export const oneRecord = (
  declared: RecordFormat,
  answer: Answer,
  reading: MarkOptions
): Channel.Channel<Batch, UpstreamError, BodyFacts> =>
  Channel.unwrap(
    Effect.gen(function* () {
      const json = yield* exactText(answer, reading)
      const document = yield* Effect.try({
        try: (): unknown => JSON.parse(json),
        catch: (cause) => notAs(declared, answer, foreignText(String(cause)), cause)
      })
      const record = follow(document, tokensOf(declared.records) ?? [])
      if (!isJsonObject(record)) return yield* notAs(declared, answer, reason("answer.noRecord"))
      // What stands around a record may be what makes it that one.
      const ambiguous = ambiguity(json, document)
      const beside = declared.records !== "" && isJsonObject(document) ? { envelope: document } : {}
      const found = ambiguous === undefined ? record : ambiguousRecord(ambiguous, json)
      return Channel.succeed(Arr.of(found)).pipe(Channel.mapDone((): BodyFacts => beside))
    })
  )
