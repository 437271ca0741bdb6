/**
 * The data of the iiko sandbox. Rows have the vendor's own shape and may be changed in place by tests; `revision`,
 * which the vendor does not publish, determines what `revisionFrom` and the increments return.
 */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import type { CloudState } from "./cloud/CloudModel.ts"
import type { Invoice, StoreDocument } from "./documents/DocumentModel.ts"
import type { Sessions } from "./Sessions.ts"
import type { WallClock } from "./Time.ts"

export type Reference = {
  id: string
  rootType: string
  deleted: boolean
  code: string | null
  name: string
  orderServiceType?: string
  defaultForServiceType?: boolean
  shortName?: string
  vatPercent?: number
  revision: number
}

export type Account = {
  rootType: "Account"
  id: string
  accountParentId: string | null
  parentCorporateId: string | null
  code: string | null
  deleted: boolean
  name: string
  type: string
  system: boolean
  customTransactionsAllowed: boolean
  revision: number
}

/** The fields of a group of products, which a product has too. */
export type ProductGroup = {
  id: string
  deleted: boolean
  name: string
  description: string
  num: string
  code: string
  parent: string | null
  revision: number
}

export type ProductType = "GOODS" | "DISH" | "PREPARED" | "SERVICE" | "MODIFIER"

export type Product = ProductGroup & {
  category: string | null
  taxCategory: string | null
  accountingCategory: string | null
  mainUnit: string | null
  placeType: string | null
  type: ProductType
  defaultSalePrice: number
  estimatedPurchasePrice: number
  unitWeight: number
  containers: Array<{ id: string; num: string; name: string; count: number; deleted: boolean }>
  barcodes: Array<{ barcode: string; containerId: string | null }>
}

export type ChartItem = { id: string; sortWeight: number; productId: string; amountIn: number; amountOut: number }

export type AssemblyChart = {
  id: string
  assembledProductId: string
  dateFrom: string
  dateTo: string | null
  assembledAmount: number
  technologyDescription: string
  items: Array<ChartItem>
  revision: number
}

export type CorporateItem = {
  id: string
  parentId?: string
  code: string
  name: string
  type: "CORPORATION" | "JURPERSON" | "DEPARTMENT" | "MANUFACTURE" | "CENTRALSTORE" | "CENTRALOFFICE" | "STORE"
  taxpayerIdNumber?: string
  jurPersonAdditionalPropertiesDto?: { taxpayerId: string; address: string; legalAddressDto: { name: string } }
  revision: number
}

type Named = { id: string; name: string }

export type Group = {
  id: string
  name: string
  departmentId: string
  groupServiceMode: string
  pointOfSaleDtoes: { pointOfSaleDto: Array<Named & { main: boolean; cashRegisterInfo: Named }> }
  restaurantSectionInfos: { restaurantSectionInfo: Array<Named> }
  revision: number
}

export type Role = {
  id: string
  code: string
  name: string
  paymentPerHour: string
  steadySalary: string
  scheduleType: string
  deleted: boolean
  revision: number
}

/**
 * Suppliers and employees share one structure; an absent element is undefined, `<x/>` null, `<x></x>` the empty text.
 */
export type User = {
  id: string
  code: string
  name: string
  login: string | null
  mainRoleId?: string
  rolesIds: Array<string>
  mainRoleCode?: string
  roleCodes: Array<string>
  phone: string | null
  cellPhone?: string
  firstName?: string
  middleName?: string
  lastName?: string
  birthday?: string
  email: string | null
  hireDate?: string
  fireDate?: string
  note: string | null
  taxpayerIdNumber?: string
  preferredDepartmentCode?: string
  departmentCodes: Array<string>
  deleted: boolean
  supplier: boolean
  employee: boolean
  client: boolean
  representsStore: boolean
  representedStoreId?: string
  revision: number
}

/** The current balance; documents posted after the requested moment are subtracted again. */
export type Balance = { store: string; product: string; amount: number; sum: number }

export type Posting = {
  at: WallClock
  type: "INVOICE" | "OUTGOING_INVOICE" | "WRITEOFF" | "TRANSFER"
  document: string
  store: string
  product: string
  /** Negative when goods leave the store. */
  amount: number
  sum: number
  contrAccount: string
  comment: string
}

export type Sale = {
  day: string
  hour: number
  department: string
  payType: string | null
  product: string
  amount: number
  sum: number
  cost: number
  delivery: boolean
}

/** The behaviour of this installation where versions and settings differ; tests change it while the sandbox runs. */
export type Behaviour = {
  version: string
  login: string
  password: string
  slots: number
  tokenTtlSeconds: number
  /** The server is up but cannot check passwords yet: every answer is 401. */
  starting: boolean
  /** `refuse` is a policy for tests of sequential access, not proven behaviour. */
  overlap: "allow" | "refuse"
  /** null: depends on the version, true up to 9.1.1. */
  olapSummary: boolean | null
  olapToExclusive: boolean
  documentFailure: "result" | "conflict"
  /** The handling of a second document with the same number; the vendor's is unknown. */
  repeatedNumbers: "accept" | "refuse" | "renumber"
  /**
   * The available document endpoints: `json` alone, as documented; `xml` alone, where `/v2/documents` is 404 and
   * write-offs go to `/documents/writeoff/outgoing`, which only a requirement mentions; or both.
   */
  documentApi: "json" | "xml" | "both"
  preparedItems: "amount" | "amountOut"
  duplicateProduct: boolean
}

export interface Counters {
  logins: number
  refusedLogins: number
  logouts: number
  maxConcurrency: number
}

export interface IikoState {
  readonly behaviour: Behaviour
  readonly counters: Counters
  readonly sessions: Sessions
  readonly references: Array<Reference>
  readonly accounts: Array<Account>
  readonly categories: Array<Reference>
  readonly productGroups: Array<ProductGroup>
  readonly products: Array<Product>
  readonly charts: Array<AssemblyChart>
  readonly corporateItems: Array<CorporateItem>
  readonly groups: Array<Group>
  readonly roles: Array<Role>
  readonly employees: Array<User>
  readonly suppliers: Array<User>
  readonly balances: Array<Balance>
  readonly postings: Array<Posting>
  readonly sales: Array<Sale>
  readonly incomingInvoices: Array<Invoice>
  readonly outgoingInvoices: Array<Invoice>
  readonly writeoffs: Array<StoreDocument>
  readonly transfers: Array<StoreDocument>
  readonly cloud: CloudState
  readonly draw: Draw
  readonly nextRevision: () => number
  readonly revision: () => number
}

/** A row as the vendor publishes it: without its revision. */
export const withoutRevision = <A extends { revision: number }>({ revision, ...rest }: A): Omit<A, "revision"> => rest

export const roundTo = (value: number, digits: number): number => Number(value.toFixed(digits))
