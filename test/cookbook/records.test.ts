/** Recipes about records: each mirrors its source exactly, twice, with changes and deletes between. */
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { type Answer, byPath, type Day, json, mirrors } from "./Cookbook.ts"

type Named = Readonly<Record<string, string>>

/** Days of deals by their ids, each in the style of the recipe. */
const deals = (answerOf: (named: Named) => Answer, ...all: ReadonlyArray<Named>): ReadonlyArray<Day> =>
  all.map((named) => ({
    answer: answerOf(named),
    rows: { deal: Object.entries(named).map(([id, name]) => ({ id: BigInt(id), name })) }
  }))

const first: Named = { 1: "Oak", 2: "Elm", 3: "Ash", "9007199254740993": "Fir" }
const second: Named = { 2: "Elm!", 3: "Ash", 4: "Yew", "9007199254740993": "Fir" }

const listed = (named: Named) => Object.entries(named).map(([id, name]) => ({ id, name }))

const soap = (envelope: string, list: string, deals: string): Answer => {
  const body = `<${envelope}:Body><${list}:Deals xmlns:x="x">${deals}</${list}:Deals></${envelope}:Body>`
  return () => ({ body: `<${envelope}:Envelope>${body}</${envelope}:Envelope>`, type: "text/xml" })
}

/** Sums by the first day of their window, then by item; each has two parts. */
type Sums = Readonly<Record<string, Readonly<Record<string, string>>>>

const lastDays: Named = { "2026-01-01": "2026-01-31", "2026-02-01": "2026-02-28", "2026-03-01": "2026-03-15" }

const months = (...all: ReadonlyArray<Sums>): ReadonlyArray<Day> =>
  all.map((sums) => {
    const rows = Object.entries(sums).flatMap(([month, items]) =>
      Object.entries(items).map(([item, sum]) => ({ month, item, sum, until: lastDays[month] }))
    )
    return {
      answer: (request, url) => {
        const from = url.searchParams.get("from") ?? ""
        if (url.searchParams.get("to") !== lastDays[from]) return { ...json([])(request, url), status: 400 }
        const named = Object.entries(sums[from] ?? {})
        return json(named.map(([item, sum]) => ({ item, sum, parts: [{ n: 1 }, { n: 2 }] })))(request, url)
      },
      rows: {
        total: rows.map(({ item, month, sum, until }) => ({ month, until, item, sum })),
        part: rows.flatMap(({ item, month }) =>
          [1n, 2n].map((n) => ({ month: new Date(`${month}T00:00:00Z`), item, n }))
        )
      }
    }
  })

const days: Readonly<Record<string, ReadonlyArray<Day>>> = {
  "Totals of each month": months(
    {
      "2026-01-01": { ash: "1.50", oak: "2" },
      "2026-02-01": { ash: "1.50", oak: "3" },
      "2026-03-01": { ash: "4" }
    },
    { "2026-01-01": { ash: "1.50", oak: "2.25" }, "2026-02-01": { ash: "1.50", elm: "7" }, "2026-03-01": {} }
  ),
  "An object keyed by id": deals(
    (named) => json({ deals: Object.fromEntries(Object.entries(named).map(([id, name]) => [id, { name }])) }),
    first,
    second
  ),
  "Rates by day and currency": [
    {
      answer: json({ rates: { "2026-01-01": { EUR: 0.92, GBP: 0.79 }, "2026-01-02": { EUR: 0.93 } } }),
      rows: {
        rate: [
          { day: "2026-01-01", currency: "EUR", rate: "0.92" },
          { day: "2026-01-01", currency: "GBP", rate: "0.79" },
          { day: "2026-01-02", currency: "EUR", rate: "0.93" }
        ]
      }
    },
    {
      answer: json({ rates: { "2026-01-01": { EUR: 0.92 }, "2026-01-02": { EUR: 0.94, GBP: 0.8 }, "2026-01-03": {} } }),
      rows: {
        rate: [
          { day: "2026-01-01", currency: "EUR", rate: "0.92" },
          { day: "2026-01-02", currency: "EUR", rate: "0.94" },
          { day: "2026-01-02", currency: "GBP", rate: "0.8" }
        ]
      }
    }
  ],
  "A wrapper around each record": deals(
    (named) => json({ data: { deals: { edges: listed(named).map((node) => ({ node, cursor: node.id })) } } }),
    first,
    second
  ),
  "Lists inside lists": [
    {
      answer: json([
        {
          id: 1,
          client: "Ann",
          lines: [
            {
              no: 1,
              taxes: [
                { code: "A", sum: "1.50" },
                { code: "B", sum: 2 }
              ]
            },
            { no: 2, taxes: [] }
          ]
        },
        { id: 2, lines: [{ no: 1, taxes: [{ code: "A", sum: "3" }] }] }
      ]),
      rows: {
        order: [
          { id: 1n, client: "Ann" },
          { id: 2n, client: null }
        ],
        line: [
          { order_id: 1n, no: 1 },
          { order_id: 1n, no: 2 },
          { order_id: 2n, no: 1 }
        ],
        tax: [
          { order_id: 1n, line_no: 1, code: "A", sum: "1.50" },
          { order_id: 1n, line_no: 1, code: "B", sum: "2" },
          { order_id: 2n, line_no: 1, code: "A", sum: "3" }
        ]
      }
    },
    {
      answer: json([{ id: 1, client: "Bob", lines: [{ no: 2, taxes: [{ code: "A", sum: "1.50" }] }] }]),
      rows: {
        order: [{ id: 1n, client: "Bob" }],
        line: [{ order_id: 1n, no: 2 }],
        tax: [{ order_id: 1n, line_no: 2, code: "A", sum: "1.50" }]
      }
    }
  ],
  "An object keyed by id inside each record": [
    {
      answer: json([
        { id: 1, client: "Ann", lines: { a: { count: 2 }, b: { count: 1 }, total: { count: 3 } } },
        { id: 2, client: "Bob", lines: { a: { count: 5 } } }
      ]),
      rows: {
        order: [
          { id: 1n, client: "Ann" },
          { id: 2n, client: "Bob" }
        ],
        line: [
          { order_id: 1n, code: "a", count: 2 },
          { order_id: 1n, code: "b", count: 1 },
          { order_id: 2n, code: "a", count: 5 }
        ]
      }
    },
    {
      answer: json([
        { id: 1, client: "Ann", lines: { b: { count: 4 } } },
        { id: 2, client: "Bob", lines: {} }
      ]),
      rows: {
        order: [
          { id: 1n, client: "Ann" },
          { id: 2n, client: "Bob" }
        ],
        line: [{ order_id: 1n, code: "b", count: 4 }]
      }
    }
  ],
  "One request for each row of another list": [
    {
      answer: byPath({
        "/shops": [
          { id: 1, city: "Riga" },
          { id: 2, city: "Bonn" }
        ],
        "/shops/1/orders": [{ id: 7 }],
        "/shops/2/orders": [{ id: 7 }, { id: 8 }]
      }),
      rows: {
        shop: [
          { id: 1n, city: "Riga" },
          { id: 2n, city: "Bonn" }
        ],
        order: [
          { shop_id: 1n, id: 7n, city: "Riga" },
          { shop_id: 2n, id: 7n, city: "Bonn" },
          { shop_id: 2n, id: 8n, city: "Bonn" }
        ]
      }
    },
    {
      answer: byPath({ "/shops": [{ id: 2, city: "Kiel" }], "/shops/2/orders": [{ id: 8 }, { id: 9 }] }),
      rows: {
        shop: [{ id: 2n, city: "Kiel" }],
        order: [
          { shop_id: 2n, id: 8n, city: "Kiel" },
          { shop_id: 2n, id: 9n, city: "Kiel" }
        ]
      }
    }
  ],
  "Rows of a list for some of which the source has no answer": [
    {
      answer: byPath({
        "/shops": [{ id: 1, city: "Riga" }, { id: 2 }],
        "/shops/1/stock": [{ item: "oak", amount: 1 }],
        "/shops/2/stock": [{ item: "elm", amount: 2 }, { item: "oak" }]
      }),
      rows: {
        shop: [
          { id: 1n, city: "Riga" },
          { id: 2n, city: null }
        ],
        stock: [
          { shop_id: 1n, item: "oak", amount: 1n },
          { shop_id: 2n, item: "elm", amount: 2n },
          { shop_id: 2n, item: "oak", amount: null }
        ]
      }
    },
    {
      answer: byPath({
        "/shops": [{ id: 1, city: "Riga" }, { id: 2 }],
        "/shops/2/stock": [{ item: "elm", amount: 3 }]
      }),
      rows: {
        shop: [
          { id: 1n, city: "Riga" },
          { id: 2n, city: null }
        ],
        stock: [
          { shop_id: 1n, item: "oak", amount: 1n },
          { shop_id: 2n, item: "elm", amount: 3n }
        ]
      }
    }
  ],
  "One request for each value of a list": [
    {
      answer: byPath({
        "/weather?city=riga": [{ day: "2026-03-05", degrees: -3.5 }],
        "/weather?city=bonn": [{ day: "2026-03-05", degrees: 8 }, { day: "2026-03-06" }]
      }),
      rows: {
        weather: [
          { city: "bonn", day: "2026-03-05", degrees: "8" },
          { city: "bonn", day: "2026-03-06", degrees: null },
          { city: "riga", day: "2026-03-05", degrees: "-3.5" }
        ]
      }
    },
    {
      answer: byPath({ "/weather?city=riga": [{ day: "2026-03-06", degrees: 0 }], "/weather?city=bonn": [] }),
      rows: { weather: [{ city: "riga", day: "2026-03-06", degrees: "0" }] }
    }
  ],
  "XML with namespaces, such as SOAP": [
    {
      answer: soap(
        "s",
        "m",
        '<d:Deal xml:lang="en"><d:Id>1</d:Id><x:Name>O</x:Name><d:Name of="1">Oak</d:Name></d:Deal><d:Deal><d:Id>2</d:Id><d:Name of="2"/></d:Deal>'
      ),
      rows: {
        deal: [
          { id: 1n, name: "Oak", short_name: "O", language: "en" },
          { id: 2n, name: null, short_name: null, language: null }
        ]
      }
    },
    // Another sender, with other prefixes.
    {
      answer: soap("env", "d", '<Deal y:lang="de"><Id>2</Id><x:Name>E</x:Name><Name>Elm</Name></Deal>'),
      rows: { deal: [{ id: 2n, name: "Elm", short_name: "E", language: "de" }] }
    }
  ],
  // Deals go from one list to the other.
  "Several lists in one answer": [
    ...deals((named) => json({ open: listed(named).slice(0, 2), total: 4, closed: listed(named).slice(2) }), first),
    ...deals((named) => json({ closed: listed(named), total: 4, open: [] }), second)
  ]
}

for (const [title, mirrored] of Object.entries(days)) {
  layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
    it.effect("is mirrored", () => Effect.asVoid(mirrors(title, mirrored)))
  })
}
