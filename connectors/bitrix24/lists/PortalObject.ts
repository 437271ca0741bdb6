/** What a portal has lists of, as `object:` in YAML names it. */

export type PortalObject =
  /** Elements of CRM: deals and the like, and those of smart processes. */
  | { readonly kind: "item"; readonly entityTypeId: number }
  /** Elements of a universal list. */
  | { readonly kind: "list"; readonly type: string; readonly id: number }
  | { readonly kind: "user" }
  /** Stages, sources and other directories of CRM; absent: all of them. */
  | { readonly kind: "status"; readonly directory?: string }

const entityTypes: Readonly<Record<string, number>> = {
  lead: 1,
  deal: 2,
  contact: 3,
  company: 4,
  quote: 7,
  invoice: 31
}

export const objectNames: ReadonlyArray<string> = [
  ...Object.keys(entityTypes),
  "item/128",
  "list/47",
  "list/bitrix_processes/47",
  "user",
  "status",
  "status/SOURCE"
]

/** Undefined if the text names none. */
export const parseObject = (text: string): PortalObject | undefined => {
  const [kind = "", ...path] = text.split("/")
  const entityTypeId = entityTypes[kind]
  if (entityTypeId !== undefined) return path.length === 0 ? { kind: "item", entityTypeId } : undefined
  const id = Number(path.at(-1))
  const isId = /^[1-9]\d{0,9}$/.test(path.at(-1) ?? "")
  if (kind === "item") return isId && path.length === 1 ? { kind, entityTypeId: id } : undefined
  if (kind === "list" && isId && path.length <= 2) {
    const [type = "lists"] = path.slice(0, -1)
    return /^[a-z_]+$/.test(type) ? { kind, type, id } : undefined
  }
  if (kind === "user") return path.length === 0 ? { kind } : undefined
  if (kind !== "status" || path.length > 1) return undefined
  const [directory] = path
  if (directory === undefined) return { kind }
  return /^\w+$/.test(directory) ? { kind, directory } : undefined
}
