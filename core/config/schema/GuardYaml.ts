/** The conditions under which deletes are withheld. */
import { Schema } from "effect"
import { Integer, PercentFromText } from "./Scalars.ts"
import { withDefault } from "./YamlKeys.ts"

export const GuardYaml = Schema.Struct({
  maxDelete: withDefault(PercentFromText, "50%", "The share of rows one run may delete, itself included. Default 50%."),
  floor: withDefault(Integer(0, 1_000_000_000), 3, "Up to that many rows may go whatever the percentage. Default 3."),
  empty: withDefault(
    Schema.Literals(["refuse", "allow"]),
    "refuse",
    "Whether an empty source may empty the table. Default refuse."
  ),
  maxReject: withDefault(
    PercentFromText,
    "5%",
    "The share of rejected records beyond which nothing is deleted. Default 5%."
  ),
  confirm: withDefault(
    Schema.Literals(["again", "next", false]),
    "again",
    "Rows slide between the pages of a list while it is read. again: before rows are deleted that a list of several pages lacks, it is read a second time. next: a row is deleted when two whole runs, one after the other, missed it, however many pages; nothing is read for it. false: never. Default again."
  ),
  cascade: withDefault(
    Schema.Literals(["refuse", "allow"]),
    "refuse",
    "Whether deletes may take rows of other tables with them, or empty columns there, where foreign keys say on delete cascade, set null or set default. refuse: such deletes are withheld, with the numbers. Default refuse."
  )
})
