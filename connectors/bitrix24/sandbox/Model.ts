/** A portal: its elements by kind, its people and directories, and what its meters have counted. */
import { Clock, DateTime, Effect } from "effect"
import { type Draw, draw } from "../../../core/sdk-sandbox.ts"

export type Row = { [field: string]: unknown }

export interface OwnField {
  readonly title: string
  readonly type: "string" | "enumeration"
  readonly items?: ReadonlyArray<{ readonly ID: string; readonly VALUE: string }>
}

export interface PortalState {
  readonly code: string
  readonly elements: Map<number, Array<Row>>
  /** Fields that the portal's people have added, by kind. */
  readonly ownFields: Map<number, Readonly<Record<string, OwnField>>>
  readonly users: Array<Row>
  readonly statuses: Array<Row>
  readonly switches: {
    /** Of the bucket that counts requests: its size, and how many it loses in a second. */
    bucketSize: number
    drainPerSecond: number
    /** Seconds that a method may work within ten minutes, and that each call works. */
    operatingLimit: number
    operatingPerCall: number
  }
  readonly bucket: { level: number; at: number }
  /** By method: when it worked, and how long. */
  readonly operating: Map<string, Array<readonly [at: number, seconds: number]>>
}

/** Kinds with names of their own; those from 128 on are smart processes. */
export const kinds = { deal: 2, contact: 3, company: 4, lead: 1, pollForm: 1_038, programme: 1_040 } as const

export const studyForm = "ufCrm_1712074666"
export const chosenProgrammes = "ufCrm38Programmes"

const programmes = ["Цифровой юрист", "Античность", "Экономика", "Социология", "Право и политика", "Дизайн среды"]
const names = ["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Захар"] as const
const families = ["Орлова", "Панин", "Рыбина", "Соколов", "Титова", "Ушаков", "Фомина", "Юдин"] as const

const day = 86_400_000

/** With the portal's offset, as it writes times. */
export const portalTime = (millis: number): string =>
  `${DateTime.formatIso(DateTime.makeUnsafe(millis + 3 * 3_600_000)).slice(0, 19)}+03:00`

const times = (now: number, at: number, all: number) => {
  const created = now - (all - at) * (day / 24)
  return { createdTime: portalTime(created), updatedTime: portalTime(created + 60_000) }
}

export interface Size {
  readonly deals: number
  readonly contacts: number
}

export const makeState = Effect.fnUntraced(function* (seed: number, { contacts, deals }: Size) {
  const now = yield* Clock.currentTimeMillis
  const drawn = yield* draw(seed)
  const people = Array.from({ length: contacts }, (_, at) => contactOf(drawn, at, now, contacts))
  const state: PortalState = {
    code: `k${seed}a7c3e9x4`,
    elements: new Map<number, Array<Row>>([
      [kinds.deal, Array.from({ length: deals }, (_, at) => dealOf(drawn, at, now, { contacts, deals }))],
      [kinds.contact, people],
      [kinds.company, []],
      [kinds.lead, []],
      [kinds.programme, programmes.map((title, at) => ({ id: at + 1, title, xmlId: null, ...times(now, at, 6) }))],
      [kinds.pollForm, [formOf(drawn, now)]]
    ]),
    ownFields: new Map<number, Readonly<Record<string, OwnField>>>([
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
    ]),
    users: [1, 2, 3].map((id) => ({
      ID: String(id),
      NAME: names[id],
      LAST_NAME: families[id],
      ACTIVE: true,
      EMAIL: `user${id}@example.test`
    })),
    statuses: [
      { ID: "1", ENTITY_ID: "DEAL_STAGE", STATUS_ID: "NEW", NAME: "Новая", SORT: "10" },
      { ID: "2", ENTITY_ID: "DEAL_STAGE", STATUS_ID: "WON", NAME: "Успешна", SORT: "20" },
      { ID: "3", ENTITY_ID: "SOURCE", STATUS_ID: "WEB", NAME: "Сайт", SORT: "10" }
    ],
    switches: { bucketSize: 50, drainPerSecond: 2, operatingLimit: 480, operatingPerCall: 0.1 },
    bucket: { level: 0, at: now },
    operating: new Map()
  }
  return state
})

const contactOf = ({ int, pick }: Draw, at: number, now: number, all: number): Row => ({
  id: at + 1,
  name: pick(names),
  lastName: pick(families),
  originatorId: null,
  originId: null,
  fm: [
    { id: 2 * at + 1, typeId: "PHONE", valueType: "WORK", value: `+7900${String(int(0, 9_999_999)).padStart(7, "0")}` },
    { id: 2 * at + 2, typeId: "EMAIL", valueType: "WORK", value: `person${at + 1}@example.test` }
  ],
  ...times(now, at, all)
})

const dealOf = ({ chance, int, money, pick }: Draw, at: number, now: number, { contacts, deals }: Size): Row => ({
  id: 2 * at + 10,
  title: `Сделка №${at + 1}`,
  categoryId: pick([0, 5]),
  stageId: pick(["NEW", "WON", "C5:NEW"]),
  opportunity: money(1_000, 90_000),
  currencyId: "RUB",
  contactId: contacts === 0 ? null : int(1, contacts),
  contactIds: [],
  assignedById: int(1, 3),
  originatorId: null,
  originId: null,
  [studyForm]: chance(0.8) ? pick([45, 46]) : null,
  ...times(now, at, deals)
})

const formOf = (_: Draw, now: number): Row => ({
  id: 430_131_691,
  title: "Анкета поступающего",
  [chosenProgrammes]: programmes.slice(0, 3).join(", "),
  ...times(now, 0, 1)
})
