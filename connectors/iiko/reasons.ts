/** The reason codes of iiko alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const iiko = define({
  "iiko.unreadable": "{what:reason} cannot be told, {why:reason}; if a table is missing, sync {entities} first",
  "iiko.invoices": "incoming invoices",
  "iiko.invoiceLines": "the lines of an invoice",
  "iiko.storeNames": "the names of stores",
  "iiko.employees": "employees",
  "iiko.departments": "departments",

  // Meanings of the keys, and their valid values.
  "iiko.baseUrl": "The API of the iiko Server, as in {example}.",
  "iiko.login": "The login of the API user, as in {example}.",
  "iiko.password": "Its password in plain, as in {example}; only its SHA-1 is sent.",
  "iiko.organizations":
    "Each organisation by its id in iikoCloud, and the department of the Server that it is, by name or id, as in {example}.",
  "iiko.someOrganisation": "at least one organisation",
  "iiko.noOrganisationId": '"{id}" is no id of an organisation',
  "iiko.id": "an id, a UUID",
  "iiko.amount": "an amount above zero such as {example}",
  "iiko.localTime": "a local time such as 2026-03-05T10:00",
  "iiko.documentNumber": "at most 32 letters, digits, /, _ and -",
  "iiko.timeOfDay": "a time of day such as 08:00",
  "iiko.day": "a day such as 2026-03-05",
  "iiko.hours": "working hours end later on the day they begin",
  "iiko.storeFrom": "The store that gives.",
  "iiko.storeTo": "The store that takes.",
  "iiko.storeOf": "The store that loses the products.",
  "iiko.account": "The account that bears the cost.",
  "iiko.product": "The product.",
  "iiko.howMuch": "How much.",
  "iiko.items": "What and how much.",

  // Logins and refusals of the Server.
  "iiko.noSession": "expected a session token; the answer is {found:reason}",
  "iiko.page": "an HTML page: a proxy or a restart",
  "iiko.noToken": "{count:int} characters of no token",
  "iiko.answered": "answered {status:int}: {body:reason}; {remedy:reason}",
  "iiko.noLicence":
    "no licence slot of the API is free; end another program's session, wait until one expires, or license more",
  "iiko.moduleNotLicensed": "the licence does not cover this module; ask the iiko partner to add it",
  "iiko.noRight": "the API user lacks this right; give it to its role in iikoOffice",
  "iiko.noEndpoint": "this server has no such endpoint or object; its version may be too old for it",

  // iikoCloud.
  "iiko.cloudToken": "expected a token as JSON; the answer {found:reason}",
  "iiko.begins": "begins {text}",
  "iiko.somethingElse": "is {count:int} characters of something else",
  "iiko.cloudRecords": "{records} is not as expected: {text}",
  "iiko.cloudSilent": "iikoCloud says nothing of organisation {organisation}",
  "iiko.cloudNoList": "{connector}: expected a list of organisations",
  "iiko.cloudStrange": "{connector}: this login knows no organisation {organisations}; correct cloud.organizations",
  "iiko.cloudNotSetUp":
    "{entity}: {path} is asked of iikoCloud, and cloud has no login; set IIKO_CLOUD_API_KEY, IIKO_CLOUD_APP_ID and IIKO_CLOUD_CLIENT_SECRET, or take the entity and its jobs out",
  "iiko.cloudKeys": "apiKey, appId and clientSecret are one login; {missing} is missing",
  "iiko.cloudTwoLogins": "two logins; apiLogin is the older one: take it out, and unset its variable",
  "iiko.appIdText": "a text, or { secret: NAME }",

  // Documents.
  "iiko.writeoff": "write-off {number} of {count:int} {count|product|products}",
  "iiko.transfer": "transfer {number} of {count:int} {count|product|products}",
  "iiko.moved": "{count:int} {count|product|products} from {source} to {target}",
  "iiko.comesTo": "{what:reason}: {outcome:reason}",
  "iiko.planned": "would be sent",
  "iiko.done": "done",
  "iiko.already": "was sent before, not again",
  "iiko.failed": "failed: nothing was changed in iiko",
  "iiko.unknown": "unknown: look for it in iiko",
  "iiko.busy": "is being sent by somebody else",
  "iiko.skipped": "left out",
  "iiko.noNumber": "nothing was sent, there is no number: {why:reason}",
  "iiko.refused": "iiko refused the document {number}: {why:reason}",
  "iiko.answeredError": "answered ERROR: {why:reason}",
  "iiko.unreadableAnswer": "expected {expected:reason}; the answer begins {begins:reason}",
  "iiko.savedDocument": "JSON with the result of a document",
  "iiko.validatedDocument": "XML with the validation of a document",
  "iiko.documentsOfNumber": "JSON with the documents of a number",

  // The automatic transfer.
  "iiko.notMoved": "nothing was moved: {why:reason}",
  "iiko.syncFirst": "sync stores and products first: {why:reason}",
  "iiko.nothingOwed": "nothing is owed that could be moved",
  "iiko.transfers":
    "{transfers:int} {transfers|transfer|transfers} of {products:int} {products|product|products} in {restaurants:int} {restaurants|restaurant|restaurants}",
  "iiko.left": "{restaurant}: not moved: {products:list}",
  "iiko.leftProduct": "{product} ({why:reason})",
  "iiko.noStore": 'there is no store "{store}"',
  "iiko.noTaker": "there is no store to give to",
  "iiko.severalStores": 'several stores are called "{store}"',
  "iiko.noProduct": "there is no such product, or it is deleted",
  "iiko.severalProducts": "there are {count:int} products of this name",
  "iiko.severalUnits": "it is owed in several units",
  "iiko.noUnit": 'it has no unit, and "{unit}" is none',

  // Stock, the stop list, write-offs.
  "iiko.notCompared": "stock and levels cannot be compared, sync them first: {why:reason}",
  "iiko.nothingBelow": "nothing is below its minimum",
  "iiko.below": "below minimum: {departments:list}",
  "iiko.belowIn": "{department} {count:int}",
  "iiko.stopList": "on the stop list: {added:int} new, {gone:int} gone, {still:int} still there",
  "iiko.stopListUnread":
    "the stop list cannot be told, {why:reason}; if a table is missing, sync the connector's entities once",
  "iiko.noDepartment": 'there is no department "{department}"',
  "iiko.nothingStopped": "nothing was on the stop list on {day}, {from} to {to}",
  "iiko.stopped":
    "on the stop list on {day}, {from} to {to}: {count:int} {count|product|products}, the longest {longest} for {lasted}; {total} in all",
  "iiko.wouldTidy": "ends what is over its time",
  "iiko.untidy": "the write-offs cannot be tidied: {why:reason}",
  "iiko.nothingOld": "nothing is older than {limit}",
  "iiko.expired": "{count:int} expired after {limit}"
})
