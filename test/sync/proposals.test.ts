/** What `discover` finds out about the fields of records: personal data, changes, deletes, lists inside, decimal commas. */
import { assert, describe, it } from "@effect/vitest"
import { childrenIn } from "../../core/sync/discover/ChildLists.ts"
import { proposePage } from "../../core/sync/discover/DiscoverPage.ts"
import { contentOf, dateNames, requestValuesOf } from "../../core/sync/discover/DiscoveryRequest.ts"
import { changeTimeColumn, deletionFields, sumRow } from "../../core/sync/discover/FieldRoles.ts"
import { possibleKeyedLists } from "../../core/sync/discover/FindArrays.ts"
import { decimalIn } from "../../core/sync/discover/GuessDecimal.ts"
import { personalPlaces } from "../../core/sync/discover/PersonalFields.ts"
import { propose } from "../../core/sync/discover/Proposal.ts"

describe("personal data", () => {
  it("is known by its names, English and Russian, in any case and grammar, also inside objects", () => {
    const names = [
      ...["email", "E-mail", "phoneNumber", "passport_no", "birthDate", "first_name", "snils", "personalIdentity"],
      ...[
        "ФИО",
        "Фамилия",
        "Имя",
        "Отчество",
        "Ф.И.О.",
        "Телефон",
        "Номер телефона",
        "Моб. тел.",
        "Эл. почта",
        "Почта"
      ],
      ...["Адрес", "АдресДоставки", "Паспорт", "Серия паспорта", "СНИЛС", "ДатаРождения", "Дата рождения"]
    ]
    for (const name of names) assert.deepStrictEqual(personalPlaces([{ id: 1, [name]: "x" }]), [name])
    const others = ["id", "name", "telephony", "Номер", "Имянаречение", "Адресат", "Дата", "Почтамт", "инн_компании"]
    for (const name of others) assert.deepStrictEqual(personalPlaces([{ [name]: "x" }]), [], name)
    const nested = { id: 1, client: { fullName: "x", Контакты: { Телефон: "1", city: "y" } }, lines: [{ phone: 1 }] }
    assert.deepStrictEqual(personalPlaces([{ id: 0 }, nested]), ["/client/fullName", "/client/Контакты/Телефон"])
  })

  it("is the number of a taxpayer who is a person, not that of a company", () => {
    assert.deepStrictEqual(personalPlaces([{ ИНН: "7707083893" }, { ИНН: null }]), [])
    assert.deepStrictEqual(personalPlaces([{ ИНН: "7707083893" }, { ИНН: "500100732259" }]), ["ИНН"])
    assert.deepStrictEqual(personalPlaces([{ inn: 500100732259 }]), ["inn"])
  })
})

const roles = (...records: ReadonlyArray<Readonly<Record<string, unknown>>>) => {
  const proposal = propose(records)
  return {
    changed: changeTimeColumn(proposal),
    gone: deletionFields(proposal, records).map(({ name, value }) => [name, value])
  }
}

describe("a field that tells of a change or a delete", () => {
  it("of a change is a moment named so", () => {
    const at = "2026-03-05T10:00:00Z"
    for (const name of [
      "updated_at",
      "updatedAt",
      "lastModified",
      "modified",
      "dateModified",
      "Дата изменения",
      "Изменён"
    ]) {
      assert.isDefined(roles({ id: 1, [name]: at }).changed, name)
    }
    for (const record of [{ created_at: at }, { updated_at: "2026-03-05" }, { updated: true }, { updates: at }]) {
      assert.isUndefined(roles({ id: 1, ...record }).changed)
    }
  })

  it("of a delete has the condition for the value as it comes", () => {
    for (const [records, gone] of [
      [[{ isDeleted: false }], [["isDeleted", true]]],
      [[{ deleted: 0 }, { deleted: 1 }], [["deleted", 1]]],
      [[{ deleted: 17 }], []],
      [[{ Удалён: "Нет" }, { Удалён: "Да" }], [["Удалён", "Да"]]],
      [[{ archived: "no" }, { archived: "yes" }], [["archived", "yes"]]],
      [[{ deletedAt: null }, { deletedAt: "2026-03-05T10:00:00Z" }], [["deletedAt", { exists: true }]]],
      [[{ status: "active" }, { status: "Deleted" }], [["status", "Deleted"]]],
      [[{ status: "active" }, { status: "closed" }], []],
      [[{ Статус: "удален" }], [["Статус", "удален"]]]
    ] as const) {
      assert.deepStrictEqual(
        roles(...records).gone,
        gone.map(([name, value]) => [name, value]),
        JSON.stringify(records)
      )
    }
  })
})

describe("a list of records inside records", () => {
  const children = (...records: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
    childrenIn(records, propose(records), "order").map(({ fields, isWhole, key, records: place }) => ({
      place,
      key,
      isWhole,
      fields: fields.map(({ column, from, type }) => [column, type, from])
    }))

  it("is proposed with the key of its parent and what is unique within each", () => {
    assert.deepStrictEqual(
      children(
        {
          orderId: "a",
          info: {
            "a/b": [
              { n: 1, sku: "x" },
              { n: 2, sku: "x" }
            ]
          }
        },
        { orderId: "b", info: { "a/b": [{ n: 1, order_order_id: 5 }] }, tags: ["t"], none: [] }
      ),
      [
        {
          place: "/info/a~1b",
          key: ["order_order_id_2", "n"],
          isWhole: true,
          fields: [
            ["order_order_id_2", "text", "../orderId"],
            ["n", "bigint", undefined],
            ["sku", "text", undefined],
            ["order_order_id", "bigint", undefined]
          ]
        }
      ]
    )
  })

  it("is an object keyed by ids as well, whose names are the key", () => {
    assert.deepStrictEqual(
      children(
        { id: 1, lines: { 101: { n: 1 }, 102: { n: 1 } } },
        { id: 2, lines: { 101: { n: 3 } } },
        { id: 3, lines: {} }
      ),
      [
        {
          place: "/lines/*",
          key: ["order_id", "id"],
          isWhole: true,
          fields: [
            ["order_id", "bigint", "../id"],
            ["id", "text", "#key"],
            ["n", "bigint", undefined]
          ]
        }
      ]
    )
    // None of them is long enough to show it; all of them together are.
    const visits = [{ "v-1": { at: 1 } }, { "v-2": { at: 2 }, "v-3": { at: 3 } }, {}].map((all, id) => ({ id, all }))
    assert.deepInclude(children(...visits)[0], { place: "/all/*", key: ["order_id", "id"] })
    const priced = [1, 2].map((id) => ({ id, line: [{ no: 1, price: { "#text": "1.50", "@currency": "EUR" } }] }))
    const [inXml] = childrenIn(priced, propose(priced, { isXml: true }), "order", true)
    assert.deepInclude(inXml?.fields.at(-1), { column: "price", type: "decimal" })
    // A list with one element is that element.
    const lined = [{ Line: { "@n": "1" } }, null, { Line: [{ "@n": "1" }, { "@n": "2" }] }]
    const orders = lined.map((Lines, id) => ({ id, Lines }))
    const [line] = childrenIn(orders, propose(orders, { isXml: true }), "order", true)
    assert.deepInclude(line, { records: "/Lines/Line", key: ["order_id", "n"] })
    // Fields of an object are none.
    assert.deepStrictEqual(children({ id: 1, address: { home: { city: "Riga" }, work: { city: "Bonn" } } }), [])
  })

  it("is named without a key where nothing is unique, in it or in its parent", () => {
    assert.deepInclude(children({ id: 1, lines: [{ n: 1 }, { n: 1 }] })[0], { key: ["order_id"], isWhole: false })
    assert.deepInclude(children({ n: 1, lines: [{ n: 1 }] }, { n: 1, lines: [] })[0], { key: [] })
  })
})

describe("an object of one or two entries", () => {
  it("may be a list keyed by id where its values look like records", () => {
    const deal = { name: "Oak" }
    for (const [answer, keyed, taken] of [
      [{ deals: { "D-17": deal, "D-18": deal } }, ["/deals/*"]],
      [{ oak: deal }, ["/*"]],
      [{ deals: { "D-17": { ...deal, lines: [{ n: 1 }] } } }, ["/deals/*"], "/deals/D-17/lines"],
      [{ items: [deal], meta: { pagination: { total: 1 } } }, [], "/items"],
      [{ items: [deal], deals: { "D-17": deal } }, ["/deals/*"], "/items"],
      [{ deals: { "17": deal } }, []],
      [{ deals: { a: { lines: { x: { n: 1 } } }, b: { lines: {} }, c: { lines: {} } } }, []],
      [{ response: { data: { ...deal, items: [deal] } } }, [], "/response/data/items"],
      [{ a: deal, b: { other: 1 } }, []],
      [{ id: 1, address: { city: "Riga" } }, []]
    ] as const) {
      assert.deepStrictEqual(possibleKeyedLists(answer, taken), keyed, JSON.stringify(answer))
    }
  })
})

describe("the decimal sign of a file", () => {
  const column = (...values: ReadonlyArray<string>) => values.map((value, at) => ({ id: String(at), value }))

  it("is a comma where numbers show it, and none shows a point", () => {
    for (const values of [["12,5"], ["1 234,50", ""], ["1.234,5", "1,250"], ["0,500"]]) {
      assert.strictEqual(decimalIn(column(...values)), ",", values.join())
    }
    for (const values of [["1,250"], ["12.5"], ["12,5", "a"], ["1,234.50"], ["05.03.2026"], ["12"], ["a,b"]]) {
      assert.isUndefined(decimalIn(column(...values)), values.join())
    }
    assert.isUndefined(decimalIn([{ sum: "12,5", rate: "1.5" }]))
    assert.strictEqual(decimalIn([{ sum: "12,5", month: "09.2024" }]), ",")
  })

  it("makes plain decimals of numbers that could be two, and leaves codes alone", () => {
    const records = [
      { sum: "1,250", group: "1.234", code: "007,5", price: "1,250 €", tax: "7,5 %", day: "05.03.2026", n: "12" }
    ]
    const { fields } = propose(records, { decimal: "," })
    assert.deepStrictEqual(
      fields.map(({ column: name, format, type }) => [name, type, format]),
      [
        ["sum", "decimal", undefined],
        ["group", "decimal", undefined],
        ["code", "text", undefined],
        ["price", "decimal", "currency"],
        ["tax", "decimal", "percent"],
        ["day", "date", "dd.MM.yyyy"],
        ["n", "text", undefined]
      ]
    )
  })
})

describe("the last record", () => {
  it("may be the sum of the others", () => {
    const found = (...records: ReadonlyArray<Readonly<Record<string, unknown>>>) => sumRow(propose(records), records)
    for (const word of ["Итого", "Всего:", "TOTAL", "Grand total", "Итого по складу"]) {
      assert.deepStrictEqual(found({ Код: "A-1", sum: "5" }, { Код: word, sum: "5" }), { name: "Код", value: word })
    }
    assert.isUndefined(found({ Код: "Итого" }, { Код: "A-1" }))
    assert.isUndefined(found({ name: "x" }, { name: "Total Eclipse" }))
  })
})

describe("the fixed dates of a request", () => {
  it("are found in lists of a body, too", () => {
    const request = { method: "POST", path: "/x", query: { since: "2026-01-01" }, headers: {} } as const
    const body = { dates: [{ from: "2026-03-04", till: "2026-03-24", type: "factDate" }], since: "2026-01-01" }
    assert.deepStrictEqual(dateNames({ ...request, body }), ["since", "from", "till"])
  })
})

describe("paging of a request with a body", () => {
  const request = { method: "POST", path: "/x", query: {}, headers: {} } as const
  const page = (content: object, answer: object) => {
    const asked = { ...request, ...content }
    const seen = { url: "http://b.test/x", records: 20, hasLink: false, total: undefined, headers: {} }
    return proposePage({ ...seen, answer, asked: requestValuesOf(asked), content: contentOf(asked) })
  }

  it("takes over the parameters of the body, also a cursor that is null yet", () => {
    const cursor = { type: "cursor", param: "/paging/after", next: "/next_cursor" }
    assert.deepEqual(page({ body: { paging: { after: null, limit: 20 } } }, { next_cursor: "abc" }), {
      page: cursor,
      own: ["/paging/after"]
    })
    assert.deepEqual(page({ body: { filter: { from: 0, size: 20 } } }, {}).page, {
      type: "offset",
      size: 20,
      param: "/filter/from",
      sizeParam: "/filter/size"
    })
    assert.deepEqual(page({ form: { page: "1", limit: "20" } }, {}).own, ["/page", "/limit"])
  })

  it("guesses a place in the body for what the request lacks, and none in a GraphQL query", () => {
    assert.deepInclude(page({ body: {} }, { next_cursor: "abc" }), { isGuess: true, own: ["/cursor"] })
    assert.deepInclude(page({ body: { a: 1 } }, { page: 1, per_page: 20 }).page, {
      param: "/page",
      sizeParam: "/per_page"
    })
    assert.deepInclude(page({ body: [1] }, { next_cursor: "abc" }), { own: ["cursor"] })
    const graphql = page({ graphql: { query: "{ deals { id } }", variables: {} } }, { pageInfo: { endCursor: "abc" } })
    assert.isUndefined(graphql.page)
    assert.match(graphql.advice ?? "", /declare a variable for it/)
  })
})
