/** Made-up people and their deals. */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import { type Row, studyForm } from "./Model.ts"

export const names = ["Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Жанна", "Захар"] as const
export const families = ["Орлова", "Панин", "Рыбина", "Соколов", "Титова", "Ушаков", "Фомина", "Юдин"] as const

export const contactOf = ({ int, pick }: Draw, id: number): Row => ({
  id,
  name: pick(names),
  lastName: pick(families),
  originatorId: null,
  originId: null,
  fm: [
    { id: 2 * id - 1, typeId: "PHONE", valueType: "WORK", value: `+7900${String(int(0, 9_999_999)).padStart(7, "0")}` },
    { id: 2 * id, typeId: "EMAIL", valueType: "WORK", value: `person${id}@example.test` }
  ]
})

export const dealOf = ({ chance, int, money, pick }: Draw, id: number, contacts: number): Row => {
  const contactId = contacts === 0 ? null : int(1, contacts)
  return {
    id,
    title: `Сделка №${id}`,
    categoryId: pick([0, 5]),
    stageId: pick(["NEW", "WON", "C5:NEW"]),
    opportunity: money(1_000, 90_000),
    currencyId: "RUB",
    contactId,
    contactIds: contactId === null ? [] : [contactId],
    assignedById: int(1, 3),
    originatorId: null,
    originId: null,
    [studyForm]: chance(0.8) ? pick([45, 46]) : null
  }
}
