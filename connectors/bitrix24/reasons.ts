/** The reason codes of Bitrix24 alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const bitrix24 = define({
  "bitrix24.refused": "answered {status:int}: {body:reason}",
  "bitrix24.advised": "{why:reason}; {advice:reason}",
  "bitrix24.checkWebhook":
    "the portal does not accept the webhook: an administrator may have changed or removed it, or its time is over; make a new one and set its address",
  "bitrix24.checkApplication":
    "the portal does not accept the application's tokens: it was removed, its tokens were withdrawn, or they were not used for half a year; add the account again with a new refresh token",
  "bitrix24.tokenAnswer": "expected access_token, refresh_token and expires_in in the answer",
  "bitrix24.giveToken": "an account of a portal is added with its refreshToken, or with the code of an authorization",
  "bitrix24.noRight":
    "the webhook lacks the right: give it the scope of this method (crm, lists, user) in the portal's settings of the webhook, and its user the right to read these elements",
  "bitrix24.noMethod":
    "the portal does not have this method: its version or its plan may lack it, or a scope is missing in the webhook",
  "bitrix24.overloaded": "the vendor has blocked the portal's requests by hand: write to the vendor's support",
  "bitrix24.portalDeleted": "the portal does not exist any more",
  "bitrix24.noAnswer": "expected the answer of a method, JSON with result, but it begins with {begins:reason}",
  "bitrix24.unanswered": "the portal did not answer the call of {method} within a request of several calls",
  "bitrix24.noList": "expected a list in the answer of {method}",
  "bitrix24.disordered": "the list of {method} does not go on in ascending order of {field}",
  "bitrix24.fewer": "the list ended after {seen:int} of {total:int} records",
  "bitrix24.noObject": "{method} knows nothing with the id {id}",
  "bitrix24.unknownObject": "{object} is no object of a portal",

  // The flow of poll forms.
  "bitrix24.noForm": "the portal has no form {id}",
  "bitrix24.noProgrammes": "the form {id} names no programme: {link}; enter one there and replay the delivery",
  "bitrix24.missingProgrammes":
    "the portal has no such programme: {names}; {made:int} {made|deal was|deals were} made for the others. Add it or correct the form at {link}, then replay the delivery: no deal is made twice",

  // Actions.
  "bitrix24.newElement": "a new element of type {entityTypeId:int}, {key}",
  "bitrix24.changedElement": "element {id:int} of type {entityTypeId:int}",
  "bitrix24.noId": "expected the element of type {entityTypeId:int} with its id in the answer",
  "bitrix24.saveKey":
    "What tells this element from all others that are ever made, as in {example}: with the same key none is made a second time.",
  "bitrix24.saveFields": "The values, by the portal's names of its fields, as in {example}.",
  "bitrix24.saveType": "The entityTypeId of its kind, as in {example}.",

  // Keys of the file.
  "bitrix24.itemName": "a kind of elements, as in {examples}",
  "bitrix24.place": "a place in what was sent or found, as in {examples}",
  "bitrix24.fieldValue": "a value, or a text with places such as {example}",
  "bitrix24.formObject": "The smart process of poll forms, as in {example}.",
  "bitrix24.programmeObject": "The smart process of educational programmes, as in {example}.",
  "bitrix24.formsToken":
    "What the sender shows in Authorization, X-Token or ?token=, as in {example}; whoever has it can make deals.",
  "bitrix24.forms": "Where poll forms are, as in {example}.",
  "bitrix24.programmes": "Where educational programmes are, as in {example}.",
  "bitrix24.oneAccess": "A portal is opened either by webhook or by application: declare one of them",
  "bitrix24.portal": "The address of the portal, as in {example}.",
  "bitrix24.client": "The application's client_id and client_secret, as in {example}.",
  "bitrix24.clientId": "The client_id of the application, as in {example}.",
  "bitrix24.clientSecret": "The client_secret of the application, as in {example}.",
  "bitrix24.webhookForm": "the address of an incoming webhook, as in {example}",
  "bitrix24.operatingForm": "a duration or false",
  "bitrix24.object":
    "What is read: {examples}. The number behind item is the entityTypeId of a smart process, that behind list the id of a universal list.",
  "bitrix24.objectName": "one of {examples}",
  "bitrix24.filterValue": "a value or a list of values"
})
