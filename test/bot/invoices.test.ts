import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "./fixtures.ts"

layer(World.layer({ sync: ["iiko.*", "!iiko.stock_balance"] }), {
  timeout: "60 seconds",
  excludeTestServices: true
})("incoming invoices", (it) => {
  it.effect("are those of the person's department, and one opens to its lines", () =>
    Effect.gen(function* () {
      const { employee, iiko, signIn, sql } = yield* World
      yield* signIn
      const [expected] = yield* sql<{ id: string; number: string; lines: number }>`
        select i.id, i.document_number as number, count(l.num)::int as lines
        from iiko_incoming_invoice as i join iiko_store as s on s.id = i.default_store_id
        join iiko_department as d on d.id = s.parent_id
        join iiko_incoming_invoice_item as l on l.invoice_id = i.id
        join tributary.bot_person as p on p.department_id = d.id and p.telegram_id = ${BigInt(employee.id)}
        group by i.id order by i.date_incoming desc, i.document_number desc, i.id limit 1`
      const number = expected?.number ?? assert.fail("the department has no invoices")
      yield* employee.send("/invoices")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("30 дней") === true)
      yield* employee.press("30 дней")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("• 30 дней") === true)
      const [list] = (yield* employee.messages).slice(-1)
      assert.include(list?.text, "за 30 дней")
      assert.include(list?.buttons.flat() ?? [], number)
      yield* employee.press("›")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("‹") === true)
      yield* employee.press("‹")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes(number) === true)
      yield* employee.press(number)
      const opened = yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("« Назад") === true)
      const invoice = iiko.state.incomingInvoices.find(({ id }) => id === expected?.id)
      const [item] = invoice?.items ?? []
      const product = iiko.state.products.find(({ id }) => id === item?.product)
      assert.include(opened.at(-1)?.text, product?.name.trim())
      assert.strictEqual(opened.at(-1)?.text.match(/•/g)?.length, expected?.lines)
      yield* employee.press("« Назад")
      yield* employee.sees((chat) => chat.at(-1)?.buttons.flat().includes("• 30 дней") === true)
    })
  )

  it.effect("of another department do not open, whatever a button names", () =>
    Effect.gen(function* () {
      const { employee, sql } = yield* World
      const [foreign] = yield* sql<{ id: string; number: string }>`
        select i.id, i.document_number as number from iiko_incoming_invoice as i
        join iiko_store as s on s.id = i.default_store_id
        join tributary.bot_person as p on p.telegram_id = ${BigInt(employee.id)} and p.department_id <> s.parent_id
        limit 1`
      const { id, number } = foreign ?? assert.fail("there is no foreign invoice")
      yield* employee.send("/menu")
      yield* employee.sees(
        (chat) =>
          chat
            .at(-1)
            ?.buttons.flat()
            .some((label) => label.includes("🏠")) === true
      )
      yield* employee.press({ data: `invoices:open:${id}:0` })
      const seen = yield* employee.sees((chat) => chat.at(-1)?.text.includes("Этого больше нет") === true)
      assert.notInclude(seen.at(-1)?.text, number)
    })
  )

  it.effect("of any department are an admin's to choose, and deleted ones are marked", () =>
    Effect.gen(function* () {
      const { admin, sql } = yield* World
      const [chosen] = yield* sql<{ id: string; number: string; department: string }>`
        with latest as (
          select i.*, s.parent_id from iiko_incoming_invoice as i join iiko_store as s on s.id = i.default_store_id
          order by i.date_incoming desc, i.document_number desc, i.id limit 1
        )
        update iiko_incoming_invoice as i set status = 'DELETED' from latest as l join iiko_department as d on d.id = l.parent_id
        where i.id = l.id returning i.document_number as number, btrim(d.name) as department`
      const { number } = chosen ?? assert.fail("there are no invoices")
      yield* admin.send("/invoices")
      yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("Все рестораны") === true)
      yield* admin.press("Все рестораны")
      yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("30 дней") === true)
      yield* admin.press("30 дней")
      const list = yield* admin.sees((chat) => chat.at(-1)?.buttons.flat().includes("• 30 дней") === true)
      assert.match(list.at(-1)?.text ?? "", new RegExp(`🗑 ${number} [^]*?удалена`))
    })
  )
})
