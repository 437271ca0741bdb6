/** The invented chain's corporate tree, stores, sections, roles and people. */
import type { Draw } from "../../../../core/sdk-sandbox.ts"
import type { CorporateItem, Group, Role, User } from "../Model.ts"
import * as Vocabulary from "./Vocabulary.ts"

export interface BuildContext {
  readonly draw: Draw
  readonly nextRevision: () => number
}

export const makeCorporation = ({ draw, nextRevision }: BuildContext): ReadonlyArray<CorporateItem> => {
  const items: Array<CorporateItem> = []
  const add = (item: Pick<CorporateItem, "name" | "type"> & Partial<CorporateItem>): string => {
    const row = { id: draw.uuid(), code: String(items.length + 1), ...item, revision: nextRevision() }
    items.push(row)
    return row.id
  }
  const chain = add({ name: "Сеть кафе «Янтарный берег»", type: "CORPORATION" })
  const company = add({
    parentId: chain,
    name: "ООО «Янтарный берег»",
    type: "JURPERSON",
    jurPersonAdditionalPropertiesDto: {
      taxpayerId: "3900000017",
      address: "Калининград, пр-т Мира, 1",
      legalAddressDto: { name: "Юридический адрес" }
    }
  })
  add({ parentId: company, name: "Офис", type: "CENTRALOFFICE" })
  for (const { name, department } of Vocabulary.restaurants) {
    const parentId = add({ parentId: company, name: department, type: "DEPARTMENT", taxpayerIdNumber: "3900000017" })
    for (const type of Vocabulary.storeTypes) add({ parentId, name: `${type} (${name})`, type: "STORE" })
  }
  const workshop = add({ parentId: company, name: "Производственный цех", type: "MANUFACTURE" })
  // A restaurant without its pair of stores: the transfer of consumables has to skip and name it.
  add({ parentId: workshop, name: "Кухня (Цех)", type: "STORE" })
  const warehouse = add({ parentId: company, name: "Распределительный центр", type: "CENTRALSTORE" })
  add({ parentId: warehouse, name: "Центральный склад", type: "STORE" })
  return items
}

export const makeGroups = (
  { draw, nextRevision }: BuildContext,
  departments: ReadonlyArray<CorporateItem>
): ReadonlyArray<Group> =>
  departments.flatMap((department) =>
    ["Зал", "Веранда"].map((name) => ({
      id: draw.uuid(),
      name,
      departmentId: department.id,
      groupServiceMode: "TABLE_SERVICE",
      pointOfSaleDtoes: {
        pointOfSaleDto: ["Касса 1", "Касса 2"].map((till, index) => ({
          id: draw.uuid(),
          name: till,
          main: index === 0,
          cashRegisterInfo: { id: draw.uuid(), name: `ФР ${index + 1}` }
        }))
      },
      restaurantSectionInfos: { restaurantSectionInfo: [{ id: draw.uuid(), name: "Основной" }] },
      revision: nextRevision()
    }))
  )

export const makeRoles = ({ draw, nextRevision }: BuildContext): ReadonlyArray<Role> =>
  Vocabulary.roles.map(([code, name]) => ({
    id: draw.uuid(),
    code,
    name,
    paymentPerHour: `${draw.int(180, 420)}.500000000`,
    steadySalary: "0.000000000",
    scheduleType: "SESSION",
    deleted: false,
    revision: nextRevision()
  }))

const nobody = {
  login: null,
  rolesIds: [],
  roleCodes: [],
  phone: null,
  email: null,
  note: "",
  departmentCodes: [],
  deleted: false,
  supplier: false,
  employee: false,
  client: false,
  representsStore: false
} satisfies Partial<User>

/** 60 people, a few former ones, and the built-in users that iiko lists among them. */
export const makeEmployees = (
  { draw, nextRevision }: BuildContext,
  roles: ReadonlyArray<Role>,
  departments: ReadonlyArray<CorporateItem>
): ReadonlyArray<User> => {
  const left = 6
  const people = Array.from({ length: 60 + left }, (_, index): User => {
    const surname = draw.pick(Vocabulary.surnames)
    const isWoman = draw.chance(0.5)
    const [firstName, middleName] = isWoman ? draw.pick(Vocabulary.women) : draw.pick(Vocabulary.men)
    const lastName = isWoman ? `${surname}а` : surname
    const held = [roles[index % roles.length], ...(index % 9 === 0 ? [roles[(index + 5) % roles.length]] : [])]
    const known = held.filter((role) => role !== undefined)
    const home = departments[index % departments.length]
    return {
      ...nobody,
      id: draw.uuid(),
      code: String(100 + index),
      name: `${lastName} ${firstName.slice(0, 1)}. ${middleName.slice(0, 1)}.`,
      ...(known[0] ? { mainRoleId: known[0].id, mainRoleCode: known[0].code } : {}),
      rolesIds: known.map((role) => role.id),
      roleCodes: known.map((role) => role.code),
      cellPhone: `+7900${String(1_000_000 + index * 7919).slice(0, 7)}`,
      firstName,
      middleName,
      lastName,
      birthday: `${draw.int(1975, 2006)}-0${draw.int(1, 9)}-${draw.int(10, 28)}T00:00:00+03:00`,
      hireDate: `202${draw.int(1, 4)}-0${draw.int(1, 9)}-${draw.int(10, 28)}T00:00:00+03:00`,
      ...(home ? { preferredDepartmentCode: home.code } : {}),
      // Empty departmentCodes mean that the person works in every department.
      departmentCodes: home && index % 11 !== 0 ? [home.code] : [],
      deleted: index >= 60,
      employee: true,
      revision: nextRevision()
    }
  })
  const builtIn = Vocabulary.systemUsers.map(
    (name): User => ({ ...nobody, id: draw.uuid(), code: "", name, employee: true, revision: nextRevision() })
  )
  return [...builtIn, ...people]
}

export const makeSuppliers = (
  { draw, nextRevision }: BuildContext,
  stores: ReadonlyArray<CorporateItem>
): ReadonlyArray<User> => {
  const outside = Vocabulary.supplierForms.flatMap((form, block) =>
    Vocabulary.supplierNames.map(
      (name, index): User => ({
        ...nobody,
        id: draw.uuid(),
        code: String(500 + block * 10 + index),
        name: `${form} «${name}»`,
        taxpayerIdNumber: `39${String(draw.int(0, 99_999_999)).padStart(8, "0")}`,
        deleted: draw.chance(0.05),
        supplier: true,
        revision: nextRevision()
      })
    )
  )
  const internal = stores.slice(0, 2).map(
    (store): User => ({
      ...nobody,
      id: draw.uuid(),
      code: `S${store.code}`,
      name: store.name,
      supplier: true,
      representsStore: true,
      representedStoreId: store.id,
      revision: nextRevision()
    })
  )
  return [...outside, ...internal]
}
