/** The initial spreadsheet of a sandbox: stock levels as a wide table, a list of products, and a summary. */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import type { CellState, SheetState, SpreadsheetState, Value } from "./Model.ts"

export const spreadsheetId = "1AmberShoreStockLevelsSandbox0000000000000001"

/** The cafés and goods of the iiko sandbox's first seed: in a demo of both they are the same. */
const departments = [
  ["ff280cfb-11d4-40ef-aa84-52af0d21ceb9", "Кафе на Мира"],
  ["c178dc07-fe17-45fe-a992-80b5dc992cf2", "Кафе на Гагарина"],
  ["2f7fe928-3c4a-4647-af93-c4c21ab8ec0c", "Кафе в Светлогорске"]
] as const

const goods = [
  ["76a6f1a3-5eca-4cf3-aef1-c5ae83f3686a", "Молоко 3,2%"],
  ["6b854c32-8c9f-420b-a8de-a4a27be1f244", "Сыр гауда"],
  ["2ede0eae-19d9-45d4-a4ae-7277835778d6", "Говядина вырезка"],
  ["1d50915c-dd09-4918-afb2-cb21ba8bdcf3", "Лосось филе"],
  ["b02cddac-7031-4f96-a9e3-527462f220f5", "Картофель"],
  ["773b2765-ba0e-4d3c-ac19-9f33182c4f1d", "Яблоко"],
  ["160042c6-b52d-41ea-a723-f0bdb35e98bc", "Мука в/с"],
  ["b12b97e8-43ef-4549-ac2c-96d7968f0007", "Кофе зерно Бразилия"],
  ["a330a2ad-a11a-48a1-a76e-7edea649ff85", "Сироп ваниль"],
  ["0d365540-6af7-434f-a105-0af64fd19f20", "Вода минеральная"],
  ["3adeb668-4694-48e8-ac1c-d526575e8b5a", "Стакан бумажный"],
  ["ccb6dc11-7c26-49c6-a11f-842a3e5468cd", "Салфетки"],
  ["d64eb671-74c1-4d4f-abe9-986b676ab6ae", "Молоко 2,5%"],
  ["cb1c8386-f961-4e0a-ae29-8112ac3259a8", "Сыр моцарелла"],
  ["d6fac438-7698-4bed-aa4e-95f8ab81e7c4", "Свинина шея"],
  ["7f7ed877-8643-4438-acfd-e7a59b68b4b2", "Судак"],
  ["9e6d642e-76e1-410b-a4bb-d58275757f15", "Морковь"],
  ["bcb90f83-d34f-4adf-a7f5-be4364b19aa3", "Банан"],
  ["533ef82e-ccb6-4cf5-acdc-fd2c45281ec7", "Сахар"],
  ["02a1b4d3-9148-482e-a2b9-af84613588d6", "Кофе зерно Эфиопия"],
  ["4c90c87e-6dec-4c13-a05a-2aa5332d09f5", "Сироп карамель"],
  ["63c602c8-9a0e-48d7-a99f-461b6cfecd4c", "Лимонад"],
  ["0c2e81d1-dd27-4009-afea-efb28ef67500", "Крышка для стакана"],
  ["3fe77f23-9c14-437b-a774-c85933a99f34", "Полотенца бумажные"]
] as const

type Row = ReadonlyArray<Value | CellState | null>

export const makeSheet = (
  sheetId: number,
  title: string,
  rows: ReadonlyArray<Row>,
  more: Partial<SheetState> = {}
): SheetState => ({
  sheetId,
  title,
  hidden: false,
  rowCount: 1_000,
  columnCount: 26,
  frozenRows: 0,
  frozenColumns: 0,
  merges: [],
  rows: rows.map((row) =>
    row.map((cell) => (cell === null ? undefined : typeof cell === "object" ? cell : { value: cell }))
  ),
  ...more
})

/**
 * Products down, departments across, each with a minimum and a maximum; ids are in a hidden row and a hidden column.
 */
const levels = ({ chance, int }: Draw): SheetState => {
  const pair = (): Row => {
    if (chance(0.15)) return [null, null]
    const least = int(2, 40) / 2
    return [least, least + int(2, 20)]
  }
  const rows = goods.map(([id, name]): Row => [name, id, ...departments.flatMap(pair)])
  const sums = departments
    .flatMap((_, at) => ["C", "E", "G"].slice(at, at + 1))
    .flatMap((column) => [{ formula: `=SUM(${column}4:${column}${rows.length + 4})` }, null])
  return makeSheet(
    0,
    "Мин. остатки",
    [
      [null, null, ...departments.flatMap(([id]) => [id, null])],
      ["Товар", "product_id", ...departments.flatMap(([, name]) => [name, null])],
      [null, null, ...departments.flatMap(() => ["Мин", "Макс"])],
      ...rows.slice(0, 12),
      // People leave a row free between groups of products.
      [],
      ...rows.slice(12),
      ["Итого", null, ...sums]
    ],
    {
      frozenRows: 3,
      frozenColumns: 2,
      merges: [
        { top: 1, left: 0, bottom: 3, right: 1 },
        { top: 1, left: 1, bottom: 3, right: 2 },
        ...[2, 4, 6].flatMap((left) => [0, 1].map((top) => ({ top, left, bottom: top + 1, right: left + 2 })))
      ]
    }
  )
}

const firstDay = 46_082

/** A plain list, with every kind of cell whose format changes its look. */
const products = ({ chance, int, money }: Draw): SheetState =>
  makeSheet(
    101,
    "Номенклатура",
    [
      ["Название", "Артикул", "Цена", "Наценка", "Обновлено", "В меню", "Примечание"],
      ...goods.map(
        ([, name], at): Row => [
          name,
          // Typed with an apostrophe, so it is text and keeps its zeros.
          String(at + 1).padStart(5, "0"),
          { value: money(20, 900), format: { type: "CURRENCY" } },
          { value: int(5, 60) / 100, format: { type: "PERCENT", pattern: "0.0%" } },
          { value: firstDay + int(0, 200), format: { type: "DATE" } },
          chance(0.7),
          ...(chance(0.3) ? ["уточнить у поставщика"] : [])
        ]
      ),
      // Checkboxes are prepared for future rows.
      ...Array.from({ length: 6 }, (): Row => [null, null, null, null, null, false])
    ],
    { frozenRows: 1, columnCount: 12 }
  )

const summary = makeSheet(102, "Сводка", [
  ["Показатель", "Значение"],
  ["Минимумы, Кафе на Мира", { formula: "=SUM('Мин. остатки'!C4:C28)" }],
  ["Первый товар", { formula: "='Мин. остатки'!A4" }],
  ["Курс", { formula: "=Курсы!B2" }],
  ["Доля", { formula: "=1/0" }]
])

/** A list that the daemon fills; people type the names of its goods in other systems beside it. */
const reference = makeSheet(
  103,
  "Справочник товаров",
  [["product_id", "Название", "Статус", "Название у поставщика"]],
  {
    frozenRows: 1
  }
)

export const makeBook = (draw: Draw, email: string): SpreadsheetState => ({
  id: spreadsheetId,
  title: "Запасы сети",
  locale: "ru_RU",
  timeZone: "Europe/Kaliningrad",
  sheets: [levels(draw), products(draw), structuredClone(summary), structuredClone(reference)],
  sharedWith: { [email]: "writer" },
  isOffice: false
})
