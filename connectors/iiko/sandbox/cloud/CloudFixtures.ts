/** The invented chain as iikoCloud knows it: two of its cafés, their terminal groups and their stopped products. */
import { DateTime, Effect } from "effect"
import { type Draw, draw as makeDraw } from "../../../../core/sdk-sandbox.ts"
import type { CorporateItem, Product, Reference } from "../Model.ts"
import { makeSessions } from "../Sessions.ts"
import { cloudTime } from "../Time.ts"
import type { CloudBehaviour, CloudState, Organization, StopListItem, TerminalGroup } from "./CloudModel.ts"

const defaults: CloudBehaviour = {
  apiKey: "iiko-cloud-sandbox-key",
  appId: "0d0d0d0d-0000-4000-8000-000000000001",
  clientSecret: "iiko-cloud-sandbox-secret",
  apiLogin: "iiko-cloud-sandbox",
  tokenTtlSeconds: 3600,
  requestsPerMinute: null,
  organizationsPerRequest: 100,
  workSeconds: 0,
  failing: false,
  webhookToken: "raw",
  webhookCopies: 1
}

/** Configurations name organisations, so their ids are the same for every seed of the chain. */
const idSeed = 20_260_101

export interface CloudParts {
  readonly departments: ReadonlyArray<CorporateItem>
  readonly products: ReadonlyArray<Product>
  readonly references: ReadonlyArray<Reference>
}

export const makeCloud = Effect.fn("IikoSandbox.makeCloud")(function* (
  seed: number,
  parts: CloudParts,
  behaviour: Partial<CloudBehaviour>
) {
  const ids = yield* makeDraw(idSeed)
  // A separate sequence, so that the Server's data are the same without a cloud.
  const draw = yield* makeDraw(seed)
  const midnight = DateTime.startOf(yield* DateTime.now, "day")
  const switches = { ...defaults, ...behaviour }
  const organizations = parts.departments
    .slice(0, 2)
    .map(({ code, name }): Organization => ({ id: ids.uuid(), name, code }))
  const terminalGroups = makeTerminalGroups(ids, organizations)
  return {
    behaviour: switches,
    counters: { logins: 0, oldLogins: 0, refusedLogins: 0 },
    tokens: makeSessions(
      {
        slots: Number.POSITIVE_INFINITY,
        get tokenTtlSeconds() {
          return switches.tokenTtlSeconds
        }
      },
      draw.uuid
    ),
    organizations,
    terminalGroups,
    stopList: makeStopList(parts, terminalGroups, midnight),
    webhooks: [],
    deliveries: [],
    recent: [],
    draw
  } satisfies CloudState
})

/** The delivery of the first café has stopped nothing; the terrace of the second is switched off. */
const makeTerminalGroups = ({ uuid }: Draw, [first, second]: ReadonlyArray<Organization>): Array<TerminalGroup> =>
  [
    { organization: first, name: "Зал", asleep: false },
    { organization: first, name: "Доставка", asleep: false },
    { organization: second, name: "Зал", asleep: false },
    { organization: second, name: "Веранда", asleep: true }
  ].map(({ asleep, name, organization }) => ({
    id: uuid(),
    organizationId: organization?.id ?? "",
    name: `${name} — ${organization?.name ?? ""}`,
    address: "Калининград",
    timeZone: "Europe/Kaliningrad",
    asleep
  }))

/**
 * The variations: stopped or a few portions left, with a size, without an article, without a date. All since yesterday.
 */
const stops: ReadonlyArray<Partial<StopListItem> & { readonly group: 0 | 2; readonly hours: number }> = [
  { group: 0, hours: 2 },
  { group: 0, hours: 5, balance: 3 },
  { group: 0, hours: 1, sku: null },
  { group: 0, hours: 26, balance: 1.5 },
  { group: 2, hours: 3 },
  { group: 2, hours: 0, dateAdd: null },
  { group: 2, hours: 4, balance: 7 }
]

const makeStopList = (
  { products, references }: CloudParts,
  groups: ReadonlyArray<TerminalGroup>,
  midnight: DateTime.Utc
): Array<StopListItem> => {
  const dishes = products.filter(({ deleted, type }) => type === "DISH" && !deleted)
  const size = references.find(({ rootType }) => rootType === "ProductSize")?.id ?? null
  return stops.flatMap(({ group, hours, ...rest }, index) => {
    // Both cafés have stopped the first dish.
    const dish = dishes[index === 4 ? 0 : index * 11]
    const terminalGroupId = groups[group]?.id
    if (dish === undefined || terminalGroupId === undefined) return []
    const added = DateTime.subtract(midnight, { hours, minutes: 12, seconds: 44, milliseconds: 880 })
    const sizeId = index === 3 ? size : null
    return [
      { terminalGroupId, productId: dish.id, sizeId, balance: 0, sku: dish.num, dateAdd: cloudTime(added), ...rest }
    ]
  })
}
