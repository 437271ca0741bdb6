/**
 * A day of the chain from seven to seven: the shipped configuration, the whole daemon, its systems over HTTP. Only the
 * clock is not the real one.
 */
import { assert, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { checkAudit, checkSecondMorning, checkWriteoffs } from "./Audit.ts"
import { type World, world } from "./fixtures.ts"
import { checkBalances, checkCounts, checkStopList } from "./Tables.ts"

const today = (time: string) => `2026-03-05T${time}+02:00`
const tomorrow = (time: string) => `2026-03-06T${time}+02:00`

const anna = "telegram:11"
const boss = "telegram:1"

it.effect(
  "a day of the chain leaves every table as it must be",
  () =>
    Effect.gen(function* () {
      const chain = yield* world(today("06:55"))
      yield* morning(chain)
      const abandoned = yield* leaveDrafts(chain)
      const stopped = yield* lunch(chain)
      const sent = yield* writeOff(chain)
      yield* report(chain, stopped)
      yield* transfer(chain)
      yield* chain.goTo(tomorrow("07:21"))
      yield* checkCounts(chain)
      yield* checkBalances(chain)
      yield* checkStopList(chain)
      yield* checkWriteoffs(chain, sent, abandoned)
      yield* checkSecondMorning(chain)
      yield* checkAudit(chain)
    }).pipe(Effect.provide(Logger.layer([]))),
  120_000
)

/** All six steps of the morning's job. */
const morning = Effect.fnUntraced(function* ({ goTo, gsheet, sql }: World) {
  yield* goTo(today("07:05"))
  const [run] = yield* sql<{ status: string }>`select status from tributary.job_run where job = 'morning-sync'`
  assert.include(["ok", "warning"], run?.status)
  const rowsOf = (title: string) => gsheet.state.spreadsheets[0]?.sheets.find((sheet) => sheet.title === title)?.rows
  const [products] = yield* sql<{ goods: number }>`
    select count(*)::int as goods from iiko_product where type = 'GOODS' and not deleted`
  const reference = rowsOf("Справочник товаров")?.slice(1) ?? []
  assert.strictEqual(reference.filter((row) => row?.[0]?.value !== undefined).length, products?.goods)
  assert.isAbove(products?.goods ?? 0, 500)
  assert.isAbove(rowsOf("Мин. остатки")?.length ?? 0, 500)
  assert.strictEqual(gsheet.state.counters.writes, 2)
})

/** Anna begins a write-off and forgets it; another she submits, and no admin opens it. */
const leaveDrafts = Effect.fnUntraced(function* (chain: World) {
  yield* chain.goTo(today("07:10"))
  const forgotten = yield* drafted(chain, "1")
  const unseen = yield* Effect.flatMap(drafted(chain, "2"), ({ id }) => chain.writeoffs.submit(id, anna, "needed"))
  return { forgotten: forgotten.id, unseen: unseen.id }
})

const drafted = Effect.fnUntraced(function* ({ iiko, writeoffs }: World, amount: string) {
  const { balances, corporateItems, products } = iiko.state
  const departmentId = corporateItems.find(({ name }) => name === "Кафе на Мира")?.id ?? ""
  const { chosen } = yield* writeoffs.stores(departmentId, "Бармен")
  assert.strictEqual(chosen?.name, "Бар (Мира)")
  const plenty = new Set(
    balances.filter((row) => row.store === chosen?.id && row.amount > 20).map((row) => row.product)
  )
  const wanted = products.find(({ deleted, id, type }) => type === "GOODS" && !deleted && plenty.has(id))
  const found = yield* writeoffs.search(wanted?.name.trim() ?? "", { limit: 50 })
  const product = found.products.find(({ id }) => id === wanted?.id) ?? assert.fail("the product is not offered")
  const [account] = yield* writeoffs.accounts("bar")
  return yield* writeoffs.create({
    author: anna,
    authorName: "Анна",
    departmentId,
    storeId: chosen?.id ?? "",
    accountId: account?.id ?? "",
    items: [{ productId: product.id, amount }],
    reason: "бой"
  })
})

/** Two dishes are stopped at ten past twelve, and one of them comes back half an hour later. */
const lunch = Effect.fnUntraced(function* (chain: World) {
  const { askCloud, goTo, iiko } = chain
  const { cloud, products } = iiko.state
  const [hall] = cloud.terminalGroups
  const listed = new Set(cloud.stopList.map(({ productId }) => productId))
  const [soup, cake] = products.filter(({ deleted, id, type }) => type === "DISH" && !deleted && !listed.has(id))
  if (hall === undefined || soup === undefined || cake === undefined) return assert.fail("there is nothing to stop")
  const before = cloud.stopList.length
  const at = { organizationId: hall.organizationId, terminalGroupId: hall.id }

  yield* goTo(today("12:10"))
  yield* askCloud("stop_lists/add", { ...at, items: [{ productId: soup.id }, { productId: cake.id }] })
  yield* untilDelivered(chain, 2)
  assert.lengthOf(yield* webhookRuns(chain), 0)
  yield* goTo(today("12:11:02"))
  yield* chain.until(
    "the webhooks are followed by a read",
    Effect.map(webhookRuns(chain), (runs) => runs.length === 1)
  )
  yield* checkStopList(chain)
  assert.lengthOf(cloud.stopList, before + 2)

  yield* goTo(today("12:40"))
  yield* askCloud("stop_lists/remove", { ...at, items: [{ productId: cake.id }] })
  yield* untilDelivered(chain, 3)
  yield* goTo(today("12:41:02"))
  yield* chain.until(
    "the webhook is followed by a read",
    Effect.map(webhookRuns(chain), (runs) => runs.length === 2)
  )
  assert.deepEqual(yield* webhookRuns(chain), ["ok", "ok"])
  yield* checkStopList(chain)
  return { before, soup: soup.name.trim(), cake: cake.name.trim() }
})

/** So many webhooks have been taken. */
const untilDelivered = ({ iiko, until }: World, count: number) =>
  until(
    "webhooks are taken",
    Effect.sync(() => iiko.state.cloud.deliveries.filter(({ status }) => status === 200).length === count)
  )

/** What reads after webhooks came to. */
const webhookRuns = ({ sql }: World) =>
  Effect.map(
    sql<{ status: string }>`
      select status from tributary.sync_log where trigger = 'webhook' and status <> 'running' order by id`,
    (rows) => rows.map(({ status }) => status)
  )

/** Anna writes off, the boss corrects the quantity and approves; the next read of the stock shows it. */
const writeOff = Effect.fnUntraced(function* (chain: World) {
  const { during, entities, goTo, iiko, sql, sync, writeoffs } = chain
  yield* goTo(today("13:05"))
  const { id, items, store } = yield* drafted(chain, "15")
  const [product] = items.map(({ productId }) => productId)
  const lies = () => iiko.state.balances.find((row) => row.store === store.id && row.product === product)?.amount ?? 0
  const before = lies()
  yield* writeoffs.submit(id, anna, "needed")
  yield* writeoffs.open(id, boss)
  yield* writeoffs.correct(id, boss, [{ productId: product ?? "", amount: "1,5" }])
  assert.strictEqual(lies(), before)
  const sent = yield* during(writeoffs.approve(id, boss))
  assert.deepInclude(sent, { status: "sent", decidedBy: boss, author: anna })
  assert.closeTo(before - lies(), 1.5, 1e-9)
  assert.lengthOf(
    iiko.state.writeoffs.filter(({ documentNumber }) => documentNumber === sent.number),
    1
  )
  yield* goTo(today("13:10"))
  const stock = entities.filter(({ name }) => name === "stock_balance")
  const [run] = yield* during(sync.run(stock, { trigger: "bot", actor: anna }))
  assert.deepInclude(run, { status: "ok", inserted: 0, updated: 1, deleted: 0 })
  const [row] = yield* sql<{ amount: string }>`
    select amount from iiko_stock_balance where store_id = ${store.id}::uuid and product_id = ${product}::uuid`
  assert.closeTo(before - Number(row?.amount), 1.5, 1e-9)
  yield* checkBalances(chain)
  return sent
})

/** The report of ten in the evening has the minutes of the whole day. */
const report = Effect.fnUntraced(function* (
  { actions, goTo, sql }: World,
  { before, cake, soup }: { readonly before: number; readonly cake: string; readonly soup: string }
) {
  yield* goTo(today("22:05"))
  const [run] = yield* sql<{ detail: string }>`
    select detail from tributary.job_run where job = 'stop-list-report' and status = 'ok'`
  // Seven since yesterday, from eight to nine in the evening; the soup from 12:11 on, the cake for half an hour.
  const total = before * 780 + 529 + 30
  assert.include(run?.detail, `${before + 2} products, `)
  assert.include(run?.detail, `${Math.floor(total / 60)} h ${total % 60} min in all`)
  const { data } = yield* actions.run("iiko.stop-list-report", {}, { trigger: "bot", actor: boss })
  const { lines } = Object(data)
  const minutes = new Map(lines.map((line: Record<string, unknown>) => [line.product, line.minutes]))
  assert.deepEqual([minutes.get(soup), minutes.get(cake)], [529, 30])
})

/** What bars and kitchens owe is made up for, once. */
const transfer = Effect.fnUntraced(function* ({ during, entities, goTo, iiko, jobs, sql, sync }: World) {
  const owed = sql<{ rows: number }>`
    select count(*)::int as rows from iiko_stock_balance as b
    join iiko_store as s on s.id = b.store_id join iiko_product as p on p.id = b.product_id
    join iiko_product_group as g on g.id = p.parent_id join iiko_product_group as top on top.id = g.parent_id
    where b.amount < 0 and btrim(top.name) = 'Расходные материалы' and s.name ~ '^(Бар|Кухня) ' and s.name !~ 'Цех'
      and not p.deleted and p.name not like 'Скотч%'`.pipe(Effect.map(([found]) => found?.rows ?? 0))
  const stock = entities.filter(({ name }) => name === "stock_balance")
  assert.isAbove(yield* owed, 50)
  yield* goTo(today("23:05"))
  yield* during(sync.run(stock, { trigger: "bot", actor: boss }))
  assert.strictEqual(yield* owed, 0)
  const afterFirst = JSON.stringify([iiko.state.balances, iiko.state.transfers])
  yield* goTo(today("23:10"))
  yield* during(jobs.run("negative-transfer", { trigger: "bot", actor: boss }))
  assert.strictEqual(JSON.stringify([iiko.state.balances, iiko.state.transfers]), afterFirst)
})
