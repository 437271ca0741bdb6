/** The fields of each kind of element: those that every portal has, and those that its people have added. */
import { isOwn, upperName } from "./FieldNames.ts"
import { kinds, type PortalState } from "./Model.ts"

interface Field {
  readonly type: string
  readonly title: string
  readonly isReadOnly?: boolean
  readonly isMultiple?: boolean
}
type Fields = Readonly<Record<string, Field>>

const common: Fields = {
  id: { type: "integer", title: "ID", isReadOnly: true },
  createdTime: { type: "datetime", title: "Когда создан", isReadOnly: true },
  updatedTime: { type: "datetime", title: "Когда обновлён", isReadOnly: true },
  createdBy: { type: "user", title: "Кем создан", isReadOnly: true },
  updatedBy: { type: "user", title: "Кем обновлён", isReadOnly: true },
  assignedById: { type: "user", title: "Ответственный" },
  opened: { type: "boolean", title: "Доступен для всех" }
}
const title: Fields = { title: { type: "string", title: "Название" } }
const person: Fields = {
  name: { type: "string", title: "Имя" },
  secondName: { type: "string", title: "Отчество" },
  lastName: { type: "string", title: "Фамилия" }
}
const reachable: Fields = { fm: { type: "crm_multifield", title: "Телефоны и адреса", isMultiple: true } }
const origin: Fields = {
  sourceId: { type: "crm_status", title: "Источник" },
  comments: { type: "text", title: "Комментарий" },
  originatorId: { type: "string", title: "Внешний источник" },
  originId: { type: "string", title: "Идентификатор во внешнем источнике" }
}
const staged: Fields = {
  categoryId: { type: "crm_category", title: "Воронка" },
  stageId: { type: "crm_status", title: "Стадия" },
  opportunity: { type: "double", title: "Сумма" },
  currencyId: { type: "crm_currency", title: "Валюта" }
}
const client: Fields = {
  companyId: { type: "crm_company", title: "Компания" },
  contactId: { type: "crm_contact", title: "Контакт" },
  contactIds: { type: "crm_contact", title: "Контакты", isMultiple: true }
}

const byKind: Readonly<Record<number, Fields>> = {
  [kinds.lead]: { ...common, ...title, ...person, ...reachable, ...staged, ...origin },
  [kinds.deal]: { ...common, ...title, ...staged, ...client, ...origin, leadId: { type: "crm_lead", title: "Лид" } },
  [kinds.contact]: {
    ...common,
    ...person,
    ...reachable,
    ...origin,
    companyId: { type: "crm_company", title: "Компания" }
  },
  [kinds.company]: { ...common, ...title, ...reachable, ...origin }
}
/** A smart process has one field for an origin. */
const ofSmartProcess: Fields = {
  ...common,
  ...title,
  ...staged,
  ...client,
  xmlId: { type: "string", title: "Внешний код" }
}

export const isSmart = (entityTypeId: number): boolean => entityTypeId >= 128

const standardFields = (entityTypeId: number): Fields => byKind[entityTypeId] ?? ofSmartProcess

/** The id of the smart process above. */
const parent = /^parentId\d+$/

export const fieldOf = (state: PortalState, entityTypeId: number, name: string): Field | undefined =>
  standardFields(entityTypeId)[name] ??
  state.ownFields.get(entityTypeId)?.[name] ??
  (parent.test(name) ? { type: "crm_entity", title: name } : undefined)

/** Fields of edited rows are known, too. */
export const isKnown = (state: PortalState, entityTypeId: number, name: string): boolean =>
  fieldOf(state, entityTypeId, name) !== undefined ||
  (state.elements.get(entityTypeId) ?? []).some((row) => Object.hasOwn(row, name))

const described = ({ isMultiple = false, isReadOnly = false, title, type }: Field, isDynamic: boolean) => ({
  type,
  isRequired: false,
  isReadOnly,
  isImmutable: false,
  isMultiple,
  isDynamic,
  title
})

const namedFields = (state: PortalState, entityTypeId: number): ReadonlyArray<readonly [string, Field]> => [
  ...Object.entries(standardFields(entityTypeId)),
  ...Object.entries(state.ownFields.get(entityTypeId) ?? {})
]

const labels = (text: string) => ({ listLabel: text, formLabel: text, filterLabel: text })

/** As `crm.item.fields` has them. */
export const describedFields = (state: PortalState, entityTypeId: number, keepsUf: boolean) =>
  Object.fromEntries(
    namedFields(state, entityTypeId).map(([name, field]) => {
      const upper = upperName(name, isSmart(entityTypeId))
      return [
        keepsUf && isOwn(name) ? upper : name,
        {
          ...described(field, isOwn(name)),
          ...("items" in field ? { items: field.items } : {}),
          ...(isOwn(name) ? labels(field.title) : {}),
          upperName: upper
        }
      ]
    })
  )

/** As `crm.deal.fields` has them: the title of an own field is its name, and what people call it is its label. */
export const oldFields = (state: PortalState, entityTypeId: number) =>
  Object.fromEntries(
    namedFields(state, entityTypeId)
      .filter(([name]) => name !== "fm")
      .map(([name, field]) => {
        const upper = upperName(name)
        const own = {
          ...described({ ...field, title: upper }, true),
          ...("items" in field ? { items: field.items } : {}),
          ...labels(field.title)
        }
        return [upper, isOwn(name) ? own : described(field, false)]
      })
  )

/** As `crm.deal.userfield.list` has them, without what people call them. */
export const userFields = (state: PortalState, entityTypeId: number, owner: string) =>
  Object.entries(state.ownFields.get(entityTypeId) ?? {}).map(([name, { items, type }], at) => ({
    ID: String(at + 1),
    ENTITY_ID: owner,
    FIELD_NAME: upperName(name),
    USER_TYPE_ID: type,
    SORT: String((at + 1) * 100),
    MULTIPLE: "N",
    MANDATORY: "N",
    ...(items === undefined ? {} : { LIST: items.map((item) => ({ ...item, SORT: item.ID, DEF: "N" })) })
  }))
