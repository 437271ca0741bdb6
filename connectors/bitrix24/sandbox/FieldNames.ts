/**
 * The two spellings of a field: `crm.item.*` write `stageId` and `ufCrm38_1712`, older methods `STAGE_ID` and
 * `UF_CRM_38_1712`. The number in an own field of a smart process is that of its type.
 */

/** Those whose spellings differ in more than capitals, outside of smart processes. */
const renamed: ReadonlyArray<readonly [camel: string, upper: string]> = [
  ["createdTime", "DATE_CREATE"],
  ["updatedTime", "DATE_MODIFY"],
  ["createdBy", "CREATED_BY_ID"],
  ["updatedBy", "MODIFY_BY_ID"]
]
const toUpper = new Map(renamed)
const toCamel = new Map(renamed.map(([camel, upper]) => [upper, camel]))

const snake = (name: string): string => name.replaceAll(/(?<=[a-z\d])[A-Z]|(?<=[a-z])\d/g, "_$&").toUpperCase()

const camel = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase())

const ownUpper = /^UF_CRM_(?:(\d+)_)?(.+)$/
const ownCamel = /^ufCrm(\d+)?(?:_(\d.*)|([A-Z].*))$/

/** `isSmart`: of a smart process. */
export const upperName = (name: string, isSmart = false): string => {
  const [, type, digits, words = ""] = ownCamel.exec(name) ?? []
  if (digits !== undefined || words !== "") {
    return ["UF_CRM", ...(type === undefined ? [] : [type]), digits ?? snake(words)].join("_")
  }
  return (isSmart ? undefined : toUpper.get(name)) ?? snake(name)
}

export const camelName = (name: string): string => {
  const [, type = "", rest] = ownUpper.exec(name) ?? []
  if (rest === undefined) return toCamel.get(name) ?? camel(name)
  return `ufCrm${type}${/^\d/.test(rest) ? `_${rest}` : camel(`_${rest}`)}`
}

export const isOwn = (name: string): boolean => /^uf/i.test(name)
