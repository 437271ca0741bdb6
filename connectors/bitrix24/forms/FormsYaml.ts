/** The YAML keys of the flow of poll forms: where its parts are, and what a deal of a form gets. */
import { Schema } from "effect"
import { expectedMessage, expects, optional, required, Secret, tokensOf, withDefault } from "../../../core/sdk.ts"
import { parseObject } from "../lists/PortalObject.ts"
import { bitrix24 } from "../reasons.ts"

const isItem = (text: string): boolean => parseObject(text)?.kind === "item"

const ItemName = Schema.String.annotate({ examples: ["item/1038"] }).check(
  Schema.makeFilter(isItem, expectedMessage(bitrix24("bitrix24.itemName", { examples: "deal, item/1038" })))
)

/** `/payload/phone`: a place in what was sent, in the form or in the programme. */
const Place = Schema.String.check(
  Schema.makeFilter(
    (text: string) => /^\/(?:payload|form|programme|contact)(?:\/|$)/.test(text) && tokensOf(text) !== undefined,
    expectedMessage(bitrix24("bitrix24.place", { examples: "/payload/phone, /form/title" }))
  )
)

const FieldValue = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Array(Schema.Finite)]).annotate(
  expects(bitrix24("bitrix24.fieldValue", { example: "{/programme/title} · {/payload/name}" }))
)
const FieldValues = Schema.Record(Schema.String, FieldValue)

const Form = Schema.Struct({
  object: required(ItemName, bitrix24("bitrix24.formObject", { example: "item/1038" })),
  id: withDefault(Place, "/payload/form_id", "Where its id is in what is sent. Default /payload/form_id.")
})

const Programmes = Schema.Struct({
  object: required(ItemName, bitrix24("bitrix24.programmeObject", { example: "item/1040" })),
  from: withDefault(
    Place,
    "/form/programmes",
    "Where the chosen ones are named: a list, or one text with commas or lines, as in /payload/programmes. Default /form/programmes."
  ),
  by: withDefault(
    Schema.NonEmptyString,
    "title",
    "The field of a programme that holds this name, as in id. Default title."
  )
})

const Contact = Schema.Struct({
  phone: optional(Place, "Where the phone is, as in /payload/phone."),
  email: optional(Place, "Where the e-mail address is, as in /payload/email."),
  create: withDefault(Schema.Boolean, true, "Whether a person who is not known becomes a contact. Default true."),
  fields: withDefault(
    FieldValues,
    {},
    'What a new contact gets, as in { name: "{/payload/name}" }. Default: nothing else.'
  )
})

const Deal = Schema.Struct({
  fields: withDefault(
    FieldValues,
    { title: "{/programme/title}" },
    'What each deal gets, as in { title: "{/programme/title} · {/payload/name}", categoryId: 5 }. Default: the programme\'s title.'
  )
})

export const FormsYaml = Schema.Struct({
  token: required(Secret, bitrix24("bitrix24.formsToken", { example: "{ secret: BITRIX24_FORMS_TOKEN }" })),
  form: required(Form, bitrix24("bitrix24.forms", { example: "{ object: item/1038 }" })),
  programmes: required(Programmes, bitrix24("bitrix24.programmes", { example: "{ object: item/1040 }" })),
  contact: withDefault(Contact, {}, "Who the deals are with, as in { phone: /payload/phone }. Default: nobody."),
  deal: withDefault(Deal, {}, "The deal that is made for each programme.")
})
export type FormsSettings = typeof FormsYaml.Type
