/** Entities whose records may say that they are gone. */
import type { Condition } from "../../core/config/Condition.ts"
import type { Entity, Guard } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial } from "../../core/upstream/Source.ts"
import { column, entity } from "../support/source.ts"

export const gone: Condition = { pointer: { up: 0, tokens: ["gone"] }, comparison: { is: [true] } }

export const guard = (more: Partial<Guard> = {}): Guard => ({ ...entity("x").guard, ...more })

export const declared = (name: string, more: Partial<Entity> = {}) =>
  entity(name, {
    deletedWhen: { conditions: [gone] },
    columns: [...entity("x").columns.map((one) => (one.name === "name" ? { ...one, required: true } : one))],
    ...more
  })

const mark = column("is_gone", "boolean", { source: { _tag: "Constant", value: false } })

export const marking = (name: string, more: Partial<Entity> = {}) =>
  declared(name, {
    deletedWhen: { conditions: [gone], mark: "is_gone" },
    columns: [...entity("x").columns, mark],
    ...more
  })

export const tombs = (...all: ReadonlyArray<number>) => all.map((id) => ({ id, gone: true }))

export const cut = partial(foreignText("page cap of 1 reached"))
