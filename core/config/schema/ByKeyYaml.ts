/** How one record is read by its key, and which records another list leads to. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expects } from "./Expected.ts"
import { Identifier, Integer } from "./Scalars.ts"
import { QueryYaml } from "./TemplateYaml.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

export const OneYaml = Schema.Struct({
  path: required(Schema.String, reason("meaning.onePath", { example: "/v1/deal/{id}" })),
  query: withDefault(QueryYaml, {}, "Query parameters, in which {id} may stand, too. Default none."),
  records: withDefault(
    Schema.String,
    "",
    "JSON Pointer to the record in the answer, as in /result/item. Default: the whole answer is the record."
  ),
  gone: withDefault(
    Schema.Array(Integer(400, 499)),
    [404],
    "The statuses that say that there is no such record, as in gone: [404, 410]: no failure, and its row stays. Default [404]."
  ),
  missing: optional(
    Identifier,
    "A column with the place of a record in the whole list, such as its time: rows between the list's first and last record that the list leaves out are asked for by their keys after the run, as in missing: ordered_at. For lists that leave out what was joined with another record or deleted. Needs versions and mode: upsert. Default: nothing is looked for."
  )
}).annotate(expects(reason("value.mapLike", { example: '{ path: "/v1/deal/{id}" }' })))

export const LeadsYaml = Schema.Struct({
  to: required(Schema.String, reason("meaning.leadsTo")),
  by: required(Identifier, reason("meaning.leadsBy")),
  at: optional(
    Identifier,
    "A column of type timestamp that gets the time at which what the record leads to was loaded, as in at: processed_at."
  )
}).annotate(expects(reason("value.mapLike", { example: "{ to: deal, by: deal_id }" })))
