/** What the sources of recipes about values and files answer, day by day, and the rows that must follow. */
import { createHmac } from "node:crypto"
import { type Answer, type Day, json } from "./Cookbook.ts"

const csv =
  (body: string | Uint8Array): Answer =>
  () => ({ body, type: "text/csv" })

/** The bytes of a text in windows-1251: ASCII, and the letters from А to я. */
const cyrillic = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => {
    const code = letter.charCodeAt(0)
    return code < 128 ? code : code - 0x350
  })

const hash = (text: string) => createHmac("sha256", "a key of many characters").update(text).digest("hex")

/** A time of day as the driver has it. */
const micros = (clock: string): bigint => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number)
  return BigInt((hours * 60 + minutes) * 60) * 1_000_000n
}

export const days: Readonly<Record<string, ReadonlyArray<Day>>> = {
  "Money, percentages, decimal commas and cents": [
    {
      answer: json([
        { id: 1, price: "1 299,00 ₽", vat: "20 %", weight: "1,250", fee: 1999 },
        { id: 2, price: "(5,50)", vat: "7,5%", weight: "0,1", fee: "-5" }
      ]),
      rows: {
        item: [
          { id: 1n, price: "1299.00", vat: "0.20", weight: "1.250", fee: "19.99" },
          { id: 2n, price: "-5.50", vat: "0.075", weight: "0.1", fee: "-0.05" }
        ]
      }
    },
    {
      answer: json([{ id: 1, price: "1 399,00 ₽", vat: null, weight: "", fee: 0 }]),
      rows: { item: [{ id: 1n, price: "1399.00", vat: null, weight: null, fee: "0.00" }] }
    }
  ],
  "Booleans in words, months, dates of zeros": [
    {
      answer: json([
        { id: 1, Активен: "Да", month: "09.2024", closed: "0000-00-00" },
        { id: 2, Активен: "нет", month: "12.2025", closed: "2026-01-31" }
      ]),
      rows: {
        contract: [
          { id: 1n, active: true, month: "2024-09-01", closed: null },
          { id: 2n, active: false, month: "2025-12-01", closed: "2026-01-31" }
        ]
      }
    },
    {
      answer: json([{ id: 1, Активен: "Нет", month: "10.2024", closed: "2026-02-01" }]),
      rows: { contract: [{ id: 1n, active: false, month: "2024-10-01", closed: "2026-02-01" }] }
    }
  ],
  "Moments of .NET and of mail, clocks of twelve hours, spans of time": [
    {
      answer: json([
        {
          id: 1,
          created: "/Date(1772694000000+0300)/",
          sent: "Thu, 05 Mar 2026 10:00:00 +0300",
          opens: "9:30 PM",
          took: "PT1H30M"
        },
        { id: 2, created: null, sent: null, opens: "12:05 AM", took: "0:00:07" }
      ]),
      rows: {
        visit: [
          {
            id: 1n,
            created: new Date(1772694000000),
            sent: new Date("2026-03-05T07:00:00Z"),
            opens: micros("21:30"),
            took: 5400
          },
          { id: 2n, created: null, sent: null, opens: micros("00:05"), took: 7 }
        ]
      }
    },
    {
      answer: json([{ id: 2, created: "/Date(0)/", sent: null, opens: "1:00 pm", took: "P1D" }]),
      rows: { visit: [{ id: 2n, created: new Date(0), sent: null, opens: micros("13:00"), took: 86_400 }] }
    }
  ],
  "Texts that need tidying": [
    {
      answer: json([
        {
          id: " A-1 ",
          phone: "+7 (921) 000-00-00",
          state: "C",
          tags: "red, blue",
          note: "Order No 77",
          first: "Ann",
          name: { last: "Lee" }
        },
        { id: "b-2", phone: null, state: "X", tags: "", note: "none", first: "", name: { last: "Poe" } }
      ]),
      rows: {
        client: [
          {
            id: "a-1",
            phone: "79210000000",
            state: "closed",
            tags: ["red", "blue"],
            order_no: 77n,
            full_name: "Ann Lee"
          },
          { id: "b-2", phone: null, state: "unknown", tags: null, order_no: null, full_name: "Poe" }
        ]
      }
    },
    {
      answer: json([
        { id: "A-1", phone: "1", state: "A", tags: "red", note: "No 5", first: "Ann", name: { last: null } }
      ]),
      rows: {
        client: [{ id: "a-1", phone: "1", state: "active", tags: ["red"], order_no: 5n, full_name: "Ann" }]
      }
    }
  ],
  "Personal data that is not to be kept": [
    {
      answer: json([
        { id: 1, email: " Ann@X.test", passport: "4500 123456", address: { city: "Riga", street: "Elizabetes 1" } }
      ]),
      rows: { guest: [{ id: 1n, email: hash("ann@x.test"), raw: { id: 1, address: { city: "Riga" } } }] }
    },
    {
      answer: json([{ id: 2, email: "bob@x.test", passport: null, address: null }]),
      rows: { guest: [{ id: 2n, email: hash("bob@x.test"), raw: { id: 2, address: null } }] }
    }
  ],
  "A CSV export with a title, semicolons and windows-1251": [
    {
      answer: csv(
        cyrillic(
          'Отчёт "май"\r\n;;\r\nНомер;Товар;Сумма\r\n1;"Сыр; твёрдый";1.234,50\r\n2;Чай;1,234\r\nИтого;;1.235,734\r\n'.replaceAll(
            "ё",
            "е"
          )
        )
      ),
      rows: {
        sale: [
          { id: 1n, name: "Сыр; твердый", sum: "1234.50" },
          { id: 2n, name: "Чай", sum: "1.234" }
        ]
      }
    },
    {
      answer: csv(cyrillic("Отчет\r\n;;\r\nНомер;Товар;Сумма\r\n2;Кофе;-5\r\nИтого;;-5\r\n")),
      rows: { sale: [{ id: 2n, name: "Кофе", sum: "-5" }] }
    }
  ],
  "A CSV without a header": [
    {
      answer: csv('a,5",3\nb,7,0\n'),
      rows: {
        stock: [
          { code: "a", size: '5"', count: 3 },
          { code: "b", size: "7", count: 0 }
        ]
      }
    },
    { answer: csv("b,8,1\n"), rows: { stock: [{ code: "b", size: "8", count: 1 }] } }
  ]
}
