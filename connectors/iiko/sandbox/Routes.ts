/** Every endpoint of the sandbox, with the server version that introduced it, if known. */
import { Effect } from "effect"
import * as Access from "./Access.ts"
import * as Imports from "./documents/InvoiceImports.ts"
import * as Invoices from "./documents/Invoices.ts"
import * as Documents from "./documents/StoreDocuments.ts"
import { importWriteoff } from "./documents/WriteoffImports.ts"
import * as Charts from "./lists/Charts.ts"
import * as Json from "./lists/JsonLists.ts"
import * as Xml from "./lists/XmlLists.ts"
import type { Behaviour } from "./Model.ts"
import { type Endpoint, plainText, xmlDocument } from "./Responses.ts"
import { olapV1 } from "./reports/OlapV1.ts"
import * as Olap from "./reports/OlapV2.ts"
import * as Reports from "./reports/Reports.ts"
import { isOlderThan } from "./Version.ts"

export interface Route {
  readonly endpoint: Endpoint
  readonly isOpen: boolean
}

interface Entry extends Route {
  readonly methods: ReadonlyArray<string>
  /** Under `/resto`; `*` is one segment. */
  readonly path: RegExp
  readonly since: string
  /** For a part of the API that only some installations have. */
  readonly api?: "json" | "xml"
}

const at = (
  path: string,
  endpoint: Endpoint,
  { methods = ["GET"], since = "0", isOpen = false, ...rest }: Partial<Omit<Entry, "path" | "endpoint">> = {}
): Entry => ({
  ...rest,
  methods,
  path: new RegExp(`^/resto${path.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`),
  endpoint,
  since,
  isOpen
})

const anyMethod = ["GET", "POST"]

const serverInfo: Endpoint = ({ state }) =>
  Effect.sync(() =>
    xmlDocument("r", {
      serverName: "Янтарный берег",
      edition: "chain",
      version: state.behaviour.version,
      computerName: "iiko-sandbox",
      serverState: state.behaviour.starting ? "STARTING" : "STARTED_SUCCESSFULLY"
    })
  )

const version: Endpoint = ({ state }) => Effect.sync(() => plainText(200, state.behaviour.version))

const documents = (name: string, kind: typeof Documents.writeoff): ReadonlyArray<Entry> => {
  const there = { since: "7.9.3", api: "json" } as const
  return [
    at(`/api/v2/documents/${name}`, Documents.listDocuments(kind), there),
    at(`/api/v2/documents/${name}`, Documents.saveDocument(kind), { ...there, methods: ["POST"] }),
    at(`/api/v2/documents/${name}/byId`, Documents.documentById(kind), there),
    at(`/api/v2/documents/${name}/byNumber`, Documents.documentsByNumber(kind), there)
  ]
}

const invoices = (name: string, dialect: Invoices.Dialect): ReadonlyArray<Entry> => [
  at(`/api/documents/export/${name}`, Invoices.exportInvoices(dialect)),
  at(`/api/documents/export/${name}/byNumber`, Invoices.exportInvoiceByNumber(dialect)),
  at(`/api/documents/import/${name}`, Imports.importInvoice(dialect), { methods: ["POST"] })
]

const entries: ReadonlyArray<Entry> = [
  at("/get_server_info.jsp", serverInfo, { isOpen: true }),
  at("/api/version", version, { isOpen: true }),
  at("/api/auth", Access.login, { methods: anyMethod, isOpen: true }),
  at("/api/logout", Access.logout, { methods: anyMethod, isOpen: true }),
  at("/api/licence/info", Access.licenceInfo, { isOpen: true }),
  at("/api/v2/entities/list", Json.entities, { since: "5.0" }),
  at("/api/v2/entities/accounts/list", Json.accounts),
  at("/api/v2/entities/products/list", Json.products, { methods: anyMethod }),
  at("/api/v2/entities/products/group/list", Json.productGroups, { methods: anyMethod }),
  at("/api/v2/entities/products/category/list", Json.categories, { methods: anyMethod }),
  at("/api/v2/entities/*/ids", Json.entityIds, { since: "9.1" }),
  at("/api/suppliers", Xml.suppliers),
  at("/api/employees", Xml.employees),
  at("/api/employees/byId/*", Xml.employeeById),
  at("/api/employees/byCode/*", Xml.employeeByCode),
  at("/api/employees/roles", Xml.roles),
  at("/api/corporation/departments", Xml.departments),
  at("/api/corporation/stores", Xml.stores),
  at("/api/corporation/groups", Xml.groups),
  at("/api/v2/reports/balance/stores", Reports.storeBalances),
  at("/api/v2/reports/balance/counteragents", Reports.counteragentBalances),
  at("/api/reports/olap", olapV1),
  at("/api/v2/reports/olap", Olap.olapV2, { methods: ["POST"] }),
  at("/api/v2/reports/olap/columns", Olap.olapColumns),
  at("/api/v2/reports/olap/presets", Olap.olapPresets),
  at("/api/v2/reports/olap/presets/*", Olap.olapPresets),
  at("/api/v2/reports/olap/byPresetId/*", Olap.olapByPreset),
  at("/api/v2/assemblyCharts/getAll", Charts.allCharts),
  at("/api/v2/assemblyCharts/getAllUpdate", Charts.chartUpdates),
  ...invoices("incomingInvoice", Invoices.incoming),
  ...invoices("outgoingInvoice", Invoices.outgoing),
  ...documents("writeoff", Documents.writeoff),
  ...documents("internalTransfer", Documents.internalTransfer),
  at("/api/documents/writeoff/outgoing", importWriteoff, { methods: ["POST"], api: "xml" })
]

/** The endpoint of such an installation at this address. */
export const routeOf = (method: string, path: string, { documentApi, version }: Behaviour): Route | undefined =>
  entries.find(
    ({ api = documentApi, methods, path: address, since }) =>
      methods.includes(method) &&
      address.test(path) &&
      !isOlderThan(version, since) &&
      (documentApi === "both" || api === documentApi)
  )
