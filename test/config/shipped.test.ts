/** The configuration in `config/`, pointed at the sandboxes by their environment alone, as the demo runs it. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { connectorType as allegro } from "../../connectors/allegro/index.ts"
import { sandbox as allegroSandbox } from "../../connectors/allegro/sandbox.ts"
import type { Config as Bitrix24Config } from "../../connectors/bitrix24/Config.ts"
import { connectorType as bitrix24 } from "../../connectors/bitrix24/index.ts"
import { sandbox as bitrix24Sandbox } from "../../connectors/bitrix24/sandbox.ts"
import { connectorType as fintablo } from "../../connectors/fintablo/index.ts"
import { sandbox as fintabloSandbox } from "../../connectors/fintablo/sandbox.ts"
import { connectorType as gsheet } from "../../connectors/gsheet/index.ts"
import { sandbox as gsheetSandbox } from "../../connectors/gsheet/sandbox.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import { sandbox as iikoSandbox } from "../../connectors/iiko/sandbox.ts"
import { load } from "../../core/config/Configuration.ts"
import { type Entity, entityId } from "../../core/config/Entity.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { render } from "../../core/reason/Reason.ts"
import { Mapper } from "../../core/sync/map/Mapper.ts"
import { group, type ReadGroup } from "../../core/sync/read/ReadGroup.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { environment as exampleEnvironment } from "../support/exampleEnvironment.ts"
import { drain } from "../upstream/vendor.ts"

const types = [allegro, bitrix24, fintablo, gsheet, iiko]
const directory = fileURLToPath(new URL("../../config", import.meta.url))

/** The sandboxes, and what reads the shipped configuration from them. */
const start = Effect.gen(function* () {
  const vendors = {
    fintablo: yield* fintabloSandbox.start(),
    gsheet: yield* gsheetSandbox.start(),
    iiko: yield* iikoSandbox.start(),
    bitrix24: yield* bitrix24Sandbox.start({ deals: 120 })
  }
  const environment = {
    ...vendors.bitrix24.environment,
    ...vendors.fintablo.environment,
    ...vendors.gsheet.environment,
    ...vendors.iiko.environment
  }
  const declarations = yield* load({ directory, types, plugins: yield* pluginTypes, environment }).pipe(
    Effect.provide(NodeServices.layer)
  )
  const registry = yield* Effect.provide(
    Registry.now,
    yield* Layer.build(Registry.layer(declarations, types).pipe(Layer.provide(layerHttp)))
  )
  /** Reads as a sync does, each entity with its children, and maps what came. */
  const read = Effect.fnUntraced(function* ({ reader, targets }: ReadGroup) {
    const connector = yield* registry.connector(reader.connector)
    const { completeness, records } = yield* drain(connector.read(reader))
    assert.strictEqual(completeness._tag, "Complete", entityId(reader))
    for (const { entity, within } of targets) {
      const mapper = new Mapper(entity, { within })
      for (const record of records) mapper.add(record)
      assert.deepEqual(mapper.rejects, [], entityId(entity))
      assert.isAbove(mapper.mapped, 0, entityId(entity))
    }
  })
  const readAll = (entities: ReadonlyArray<Entity>) =>
    Effect.forEach(group(entities, registry.entities), read, { concurrency: 8 })
  return { vendors, declarations, registry, readAll }
})

const tables = [
  "active_stoplist",
  "bitrix24_company",
  "bitrix24_contact",
  "bitrix24_deal",
  "bitrix24_lead",
  "bitrix24_list_element",
  "bitrix24_programme",
  "bitrix24_stage",
  "bitrix24_user",
  "ft_amortization",
  "ft_category",
  "ft_deal",
  "ft_deal_salary",
  "ft_deal_status",
  "ft_direction",
  "ft_employee",
  "ft_goods",
  "ft_job",
  "ft_moneybag",
  "ft_moneybag_group",
  "ft_obligation",
  "ft_obligation_status",
  "ft_obtaining",
  "ft_partner",
  "ft_partner_group",
  "ft_pnl_category",
  "ft_pnl_item",
  "ft_possession",
  "ft_salary",
  "ft_transaction",
  "iiko_account_balance",
  "iiko_assembly_chart",
  "iiko_assembly_chart_item",
  "iiko_department",
  "iiko_employee",
  "iiko_employee_role",
  "iiko_entity",
  "iiko_group",
  "iiko_incoming_invoice",
  "iiko_incoming_invoice_item",
  "iiko_product",
  "iiko_product_group",
  "iiko_sales",
  "iiko_stock_balance",
  "iiko_store",
  "iiko_supplier",
  "iiko_terminal_group",
  "min_stock_level"
]

const allegroJobs = ["allegro-events", "allegro-to-send", "allegro-sweep", "allegro-weekly", "allegro-old-events"]

const bitrix24Jobs = ["bitrix24-crm", "bitrix24-nightly"]

describe("the shipped configuration", () => {
  it.live("is valid, in the chain's zone, with the tables that people already query", () =>
    Effect.gen(function* () {
      const { declarations, registry } = yield* start
      assert.strictEqual(declarations.daemon.timezone, "Europe/Kaliningrad")
      assert.deepEqual([...new Set(registry.entities.map(({ table }) => table.name))].toSorted(), tables)
      const rootTypes = registry.entities.filter(({ table }) => table.name === "iiko_entity")
      assert.lengthOf(new Set(rootTypes.map(({ scope }) => scope.root_type)), 16)
    })
  )

  it.live("needs no admin token and no database, and names each secret that is not set", () =>
    Effect.gen(function* () {
      const { diagnostics } = yield* Effect.flip(
        load({ directory, types, plugins: yield* pluginTypes, environment: {} })
      )
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        [
          "the secret FINTABLO_TOKEN is not set",
          "the variable GSHEET_SPREADSHEET is not set and has no default",
          "the variable GSHEET_EMAIL is not set and has no default",
          "the secret GSHEET_PRIVATE_KEY is not set",
          "the variable IIKO_URL is not set and has no default",
          "the secret IIKO_LOGIN is not set",
          "the secret IIKO_PASSWORD is not set"
        ]
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("asks for nothing that .env.example does not name", () =>
    Effect.gen(function* () {
      const { connectors } = yield* load({
        directory,
        types,
        plugins: yield* pluginTypes,
        environment: yield* exampleEnvironment
      })
      assert.lengthOf(connectors, 3)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("leaves Allegro and Bitrix24 out, and lets their jobs rest, as long as their secrets are not set", () =>
    Effect.gen(function* () {
      const plugins = yield* pluginTypes
      const loaded = (environment: Readonly<Record<string, string | undefined>>) =>
        load({ directory, types, plugins, environment })
      const restingIn = ({ jobs }: Effect.Success<ReturnType<typeof loaded>>) =>
        jobs.flatMap(({ enabled, name }) => (enabled ? [] : [name]))
      const usual = yield* exampleEnvironment
      const without = yield* loaded(usual)
      assert.deepEqual(
        without.off.map(({ name, reason }) => [name, render(reason)]),
        [
          ["allegro", "not set: ALLEGRO_CLIENT_ID, ALLEGRO_CLIENT_SECRET"],
          ["bitrix24", "not set: BITRIX24_WEBHOOK, BITRIX24_FORMS_TOKEN"]
        ]
      )
      assert.deepEqual(restingIn(without), [...allegroJobs, ...bitrix24Jobs])

      const { environment } = yield* allegroSandbox.start()
      const portal = yield* bitrix24Sandbox.start()
      const whole = yield* loaded({ ...usual, ...environment, ...portal.environment })
      assert.deepEqual([whole.off, restingIn(whole)], [[], []])
      const { accounts, entities } =
        whole.connectors.find(({ name }) => name === "allegro") ?? assert.fail("no Allegro")
      assert.deepInclude(accounts, { perOwner: 10 })
      assert.deepEqual(
        entities.map(({ table }) => table.name),
        ["orders", "order_events", "orders_to_send"]
      )
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("takes the settings of Bitrix24 from the variables of the requirement, and has its defaults", () =>
    Effect.gen(function* () {
      const { environment } = yield* bitrix24Sandbox.start()
      const settingsIn = Effect.fnUntraced(function* (variables: Readonly<Record<string, string>>) {
        const all = { ...(yield* exampleEnvironment), ...environment, ...variables }
        const { connectors } = yield* load({ directory, types, plugins: yield* pluginTypes, environment: all })
        const crm = connectors.find(({ name }) => name === "bitrix24") ?? assert.fail("no Bitrix24")
        const { categories, enabled, redis } = crm.cache ?? assert.fail("no cache")
        return {
          retries: crm.retry.delays.map(Duration.toMillis),
          batch: (crm.config as Bitrix24Config).batch,
          cache: { enabled, redis: redis && { host: redis.host, port: redis.port, db: redis.db } },
          kept: Object.fromEntries([...categories].map(([name, { ttl }]) => [name, Duration.toSeconds(ttl)]))
        }
      })
      assert.deepEqual(yield* settingsIn({}), {
        retries: [1_000, 2_000],
        batch: { enabled: true, size: 50 },
        cache: { enabled: true, redis: undefined },
        kept: { poll_form: 600, educational_program: 600, contact: 300, deal: 60 }
      })
      const changed = {
        ...{ BITRIX24_RETRY_MAX_ATTEMPTS: "5", BITRIX24_RETRY_DELAY: "2.0", BITRIX24_RETRY_BACKOFF: "1.5" },
        ...{ BATCH_ENABLED: "False", BATCH_SIZE: "20", CACHE_ENABLED: "True", CACHE_TTL_POLL_FORMS: "1800" },
        ...{ CACHE_TTL_EDUCATIONAL_PROGRAMS: "1800", CACHE_TTL_CONTACTS: "60", CACHE_TTL_DEALS: "5" },
        ...{ REDIS_ENABLED: "True", REDIS_HOST: "redis.test" }
      }
      assert.deepEqual(yield* settingsIn(changed), {
        retries: [2_000, 3_000, 4_500, 6_750],
        batch: { enabled: false, size: 20 },
        cache: { enabled: true, redis: { host: "redis.test", port: 6_379, db: 0 } },
        kept: { poll_form: 1_800, educational_program: 1_800, contact: 60, deal: 5 }
      })
      assert.deepEqual((yield* settingsIn({ BITRIX24_RETRY_MAX_ATTEMPTS: "1" })).retries, [])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("reads every entity to its end, and no record is rejected", () =>
    Effect.gen(function* () {
      const { readAll, registry } = yield* start
      const reads = yield* readAll(registry.entities)
      assert.lengthOf(reads, registry.entities.length - 2)
    })
  )

  it.live("has levels for products and departments that the chain really has, in a demo too", () =>
    Effect.gen(function* () {
      const { registry, vendors } = yield* start
      const entity = registry.entities.find(({ name }) => name === "min_stock") ?? assert.fail("no levels are read")
      const { records } = yield* drain((yield* registry.connector("gsheet")).read(entity))
      const { corporateItems, products } = vendors.iiko.state
      const known = new Set([...corporateItems, ...products].map(({ id }) => id))
      const ids = records.flatMap(({ departmentId, productId }) => [String(departmentId), String(productId)])
      assert.isNotEmpty(ids)
      assert.deepEqual(
        ids.filter((id) => !known.has(id)),
        []
      )
    })
  )

  it.live("takes FinTablo's fields in both forms, where its schema and its examples contradict each other", () =>
    Effect.gen(function* () {
      const { readAll, registry, vendors } = yield* start
      const { switches } = vendors.fintablo.state
      switches.splitParts = "subs"
      switches.drift.push("partner.inn", "employees.inn", "employees.regularfix", "job.directionId")
      switches.drift.push("goods.quantity", "goods.startQuantity", "goods.avgCost")
      switches.drift.push("obtaining.amount", "obtaining.cost", "obtaining.quantity", "moneybag-group.isBuiltIn")
      switches.drift.push("transaction.isPlan", "transaction.value2", "transaction.moneybag2Id")
      switches.drift.push("salary.totalPay", "salary.fee", "deal-salary.value", "deal-salary.employeeId")
      switches.drift.push("amortization.possessionId", "amortization.date")
      yield* readAll(registry.entities.filter(({ connector }) => connector === "fintablo"))
    })
  )
})
