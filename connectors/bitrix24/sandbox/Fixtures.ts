/** What a portal has when it starts. */
import { Clock, Effect } from "effect"
import { type Draw, draw } from "../../../core/sdk-sandbox.ts"
import { tokenOf } from "./Access.ts"
import {
  chosenProgrammes,
  kinds,
  type OwnField,
  type PortalState,
  portalTime,
  programmeList,
  type Row,
  studyForm
} from "./Model.ts"
import { contactOf, dealOf, families, names } from "./People.ts"

const programmes = ["Цифровой юрист", "Античность", "Экономика", "Социология", "Право и политика", "Дизайн среды"]

const hour = 3_600_000

/** One an hour, the last one now. */
const timed = (rows: ReadonlyArray<Row>, now: number): Array<Row> =>
  rows.map((row, at) => {
    const created = now - (rows.length - at) * hour
    return { ...row, createdTime: portalTime(created), updatedTime: portalTime(created + 60_000) }
  })

export interface Size {
  readonly deals: number
  readonly contacts: number
  readonly isDemo: boolean
}

const rowsOf = (count: number, row: (at: number) => Row): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, at) => row(at))

const titled = (titles: ReadonlyArray<string>, more: Row = {}): ReadonlyArray<Row> =>
  titles.map((title, at) => ({ id: at + 1, title, ...more }))

const elementsOf = (drawn: Draw, now: number, { contacts, deals }: Size): PortalState["elements"] => {
  const form = { id: 430_131_691, title: "Анкета поступающего", [chosenProgrammes]: programmes.slice(0, 3).join(", ") }
  const people = rowsOf(contacts, (at) => contactOf(drawn, at + 1))
  return new Map([
    [kinds.contact, timed(people, now)],
    // Ids have gaps.
    [
      kinds.deal,
      timed(
        rowsOf(deals, (at) => dealOf(drawn, 2 * at + 10, contacts)),
        now
      )
    ],
    [kinds.company, timed(titled(["ООО «Вузсервис»", "Фонд «Стипендия»"]), now)],
    [kinds.lead, timed(titled(["Заявка с сайта", "Звонок с выставки"]), now)],
    [kinds.programme, timed(titled(programmes, { xmlId: null }), now)],
    [kinds.pollForm, timed([form], now)]
  ])
}

const ownFields: PortalState["ownFields"] = new Map<number, Readonly<Record<string, OwnField>>>([
  [
    kinds.deal,
    {
      [studyForm]: {
        title: "Форма обучения",
        type: "enumeration",
        items: [
          { ID: "45", VALUE: "Очная" },
          { ID: "46", VALUE: "Заочная" }
        ]
      }
    }
  ],
  [kinds.pollForm, { [chosenProgrammes]: { title: "Программы", type: "string" } }]
])

/** Values of a property are named by ids of their own, which count over the whole list. */
const listElement = (name: string, at: number): Row => ({
  ID: String(6_001 + at),
  NAME: name,
  CODE: `programme_${at + 1}`,
  IBLOCK_SECTION_ID: null,
  CREATED_BY: "1",
  PROPERTY_951: { [String(3_743 + 2 * at)]: String(at + 1) },
  PROPERTY_1003: { [String(3_744 + 2 * at)]: "31.12.2026 23:59:59" }
})

const status = (id: number, directory: string, code: string, name: string): Row => ({
  ID: String(id),
  ENTITY_ID: directory,
  STATUS_ID: code,
  NAME: name,
  SORT: String(id * 10)
})

const statuses = (): Array<Row> => [
  status(1, "DEAL_STAGE", "NEW", "Новая"),
  status(2, "DEAL_STAGE", "PREPARATION", "Подготовка документов"),
  status(3, "DEAL_STAGE", "WON", "Успешна"),
  status(4, "DEAL_STAGE_5", "C5:NEW", "Заявка"),
  status(5, "SOURCE", "WEB", "Сайт")
]

/** The number in own fields of a smart process is its id, not its `entityTypeId`. */
const types: ReadonlyArray<Row> = [
  { id: 38, title: "Опросные формы", entityTypeId: kinds.pollForm, isStagesEnabled: "N", isCategoriesEnabled: "N" },
  { id: 40, title: "Программы", entityTypeId: kinds.programme, isStagesEnabled: "N", isCategoriesEnabled: "N" }
]

const categories: ReadonlyArray<Row> = [
  { id: 0, name: "Общая", sort: 100, entityTypeId: kinds.deal, isDefault: "Y" },
  { id: 5, name: "Поступление", sort: 200, entityTypeId: kinds.deal, isDefault: "N" }
]

const switches = (): PortalState["switches"] => ({
  bucketSize: 50,
  drainPerSecond: 2,
  limitPage: "json",
  operatingLimit: 480,
  operatingPerCall: 0.1,
  countsOperating: true,
  batchExcess: "request",
  automates: true,
  eventDelay: 2,
  eventsLost: 0,
  eventsRepeated: 0
})

export const makeState = Effect.fnUntraced(function* (seed: number, size: Size) {
  const now = yield* Clock.currentTimeMillis
  const drawn = yield* draw(seed)
  const elements = elementsOf(drawn, now, size)
  const state: PortalState = {
    code: `k${seed}a7c3e9x4`,
    memberId: tokenOf(drawn),
    application: {
      clientId: `local.${seed}a7c3e9x4`,
      clientSecret: tokenOf(drawn),
      access: new Map(),
      refresh: new Set()
    },
    applicationToken: tokenOf(drawn),
    isDemo: size.isDemo,
    livedUntil: now,
    draw: drawn,
    elements,
    ownFields,
    types,
    categories,
    lists: [{ type: "lists", id: programmeList, elements: programmes.map(listElement) }],
    users: [1, 2, 3].map((id) => ({
      ID: String(id),
      NAME: names[id],
      LAST_NAME: families[id],
      ACTIVE: true,
      EMAIL: `user${id}@example.test`
    })),
    statuses: statuses(),
    switches: switches(),
    handlers: [],
    refusals: [],
    deliveries: [],
    automated: [],
    bucket: { level: 0, at: now },
    operating: new Map()
  }
  return state
})
