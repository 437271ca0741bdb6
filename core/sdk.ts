/**
 * The entry of core for connectors: contracts, the keys of YAML, reasons, and HTTP to vendors. No database, no pipeline, no
 * command line: a connector that is only declared must be quick to load. Sandboxes of vendors have `sdk-sandbox.ts`.
 */

// What the vendor answered, kept for a time.
export type { Cache } from "./cache/Cache.ts"
export type { CacheCategory } from "./cache/CacheCategory.ts"
export { openCache } from "./cache/Caches.ts"
export type { Column } from "./config/Column.ts"
// Declarations and the keys of YAML.
export type { ConnectorSettings, Limits, Retry } from "./config/Declarations.ts"
export { type Entity, entityId } from "./config/Entity.ts"
export { follow, tokensOf, tokenText } from "./config/Pointer.ts"
export { checkMessage, expectedMessage, expects, invalidValue } from "./config/schema/Expected.ts"
export { FailYaml, failOf } from "./config/schema/FailYaml.ts"
export { HttpUrl, Identifier, Integer, PositiveDuration, Scalar, Secret } from "./config/schema/Scalars.ts"
export { PositiveSeconds, Seconds, Switch } from "./config/schema/VariableScalars.ts"
export { optional, required, withDefault } from "./config/schema/YamlKeys.ts"
export { formatDate, isDateFormat } from "./config/values/DatePattern.ts"
// Why something is as it is.
export { sqlReason } from "./database/connection/SqlReason.ts"
// The tables of entities.
export { quoteTable } from "./database/tables/Identifier.ts"
// The contract of a connector type.
export {
  type AccountOperations,
  type AuthorizationAnswer,
  type Credentials,
  CredentialsRefused,
  type DeviceAuthorization,
  type Grant,
  type PendingAuthorization
} from "./plugin/AccountType.ts"
export * as Action from "./plugin/Action.ts"
export {
  type ActionContext,
  ActionFailed,
  type ActionItem,
  ActionRefused,
  type ActionReport,
  type ItemStatus,
  type Json
} from "./plugin/Action.ts"
export {
  type CellChange,
  Connector,
  type ConnectorServices,
  type ConnectorType,
  type EntityKeys,
  type ExportColumn,
  type ExportKeys,
  type ExportReport,
  type ExportRows,
  type Hook,
  type HookAnswer,
  type OwnedRows,
  type Write
} from "./plugin/Connector.ts"
// Features for a bot.
export { remember } from "./plugin/chat/BoundedMap.ts"
export type { ChatContext, ChatFailure, ChatRequester } from "./plugin/chat/ChatContext.ts"
export type { ActionOutcome, ChatControl, EntityEvent } from "./plugin/chat/ChatControl.ts"
export type {
  ChatAnswer,
  ChatFeature,
  ChatFeatureYaml,
  ChatPress,
  ChatYaml,
  ConnectorChat
} from "./plugin/chat/ChatFeature.ts"
export { ChatKernel } from "./plugin/chat/ChatKernel.ts"
export { type ChatView, Keyboard } from "./plugin/chat/ChatView.ts"
export { bold, cut, cutName, escapeHtml, fitLines } from "./plugin/chat/Html.ts"
export { addPages, pageOf } from "./plugin/chat/ListPages.ts"
export type { ChatPerson, Department, Employee, PeopleSource } from "./plugin/chat/People.ts"
export { reasonHtml, reasonText } from "./plugin/chat/ReasonText.ts"
export type { Translator } from "./plugin/chat/Translator.ts"
export { UserFacingError } from "./plugin/chat/UserFacingError.ts"
export {
  type Accepted,
  type Admission,
  type Delivery,
  type Inbox,
  type InboxActionRun,
  type InboxContext,
  InboxFailed,
  type InboxRequest,
  type InboxSource
} from "./plugin/Inbox.ts"
export { ownCredential } from "./plugin/OwnAccount.ts"
export { changedRows, erasedName, type PersonalData } from "./plugin/PersonalData.ts"
export * as StaleWhileRevalidate from "./plugin/StaleWhileRevalidate.ts"
export type { AccountList, FoundRow, RowAlert, StoredRows } from "./plugin/StoredRows.ts"
export * as WebhookBody from "./plugin/WebhookBody.ts"
export {
  combineReasons,
  define,
  foreignText,
  Reason,
  reason,
  reasonOfError,
  render,
  rootOf,
  spanOf,
  storedReason,
  timeOf
} from "./reason/Reason.ts"
export { ReasonError } from "./reason/ReasonError.ts"

// HTTP to vendors, and what a read is.
export type { Credential } from "./upstream/exchange/Credential.ts"
export { type Answer, wholeBody } from "./upstream/exchange/Exchange.ts"
export { excerptOf, failure, quote, quoteBody, redactor, requestLabelOf } from "./upstream/exchange/Failure.ts"
export { confidential } from "./upstream/exchange/RequestTrace.ts"
export * as SessionToken from "./upstream/exchange/SessionToken.ts"
export * as TokenLogin from "./upstream/exchange/TokenLogin.ts"
export * as Upstream from "./upstream/exchange/Upstream.ts"
export type { VendorEndpoint } from "./upstream/exchange/VendorEndpoint.ts"
export * as HttpSource from "./upstream/HttpSource.ts"
export { ambiguityIn, fromClearJson } from "./upstream/records/ClearJson.ts"
export { unmark } from "./upstream/records/ExactNumbers.ts"
export { asRecord, isJsonObject, type JsonObject } from "./upstream/records/Json.ts"
export { document, exactText, records } from "./upstream/records/Records.ts"
export {
  type Completeness,
  complete,
  completeIn,
  partial,
  type ReadEvent,
  type ReadOptions,
  type Source,
  type SourceRecord,
  UpstreamError
} from "./upstream/Source.ts"
