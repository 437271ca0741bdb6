/** Why an entity could not be checked against its source. */
export const live = {
  "live.noParent":
    "its requests are made from rows of {table}, and the first page of what fills that table has none to try with"
} as const
