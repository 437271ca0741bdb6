/** Why the cursor of an incremental read has its value, and why a read did not continue from one. */
export const cursor = {
  "cursor.readAgain":
    "{count:int} {count|record|records} came twice, so rows moved between the pages: they were read again, and {found:int} that had been missed {found|was|were} found",
  "cursor.allFuture":
    "every value of {column} lies in the future, so there is no cursor and the next run reads everything again",
  "cursor.silent": "no answer gave a cursor at {pointer} (incremental.from), so the next run reads everything again",
  "cursor.passed":
    "the cursor moved past {count:int} rejected {count|record, which is|records, which are} not asked for again until {count|it changes|they change} or the declaration does",
  "cursor.noneYet":
    "there is no cursor yet, so the next run reads everything again, because records were rejected; mend them, or move on with: sync --past-rejected {entity}",
  "cursor.waits":
    "the cursor has waited at {value} for {age}, because records were rejected; mend them, or move on with: sync --past-rejected {entity}",
  "cursor.parentless":
    "the key does not name the parent, and a read of what changed does not see two parents have records of one key, of which the last would stay; add to the key a field such as {field}, or declare unique: true",
  "cursor.stays":
    "the cursor stays where it was, because rows that came are not in the table; mend that, or move on with: sync --past-rejected {entity}",
  "cursor.undecided":
    "the cursor stays where it was, because rows that the source says are gone are still there; decide on them, or move on with: sync --past-rejected {entity}",
  "cursor.emptied": "the table was emptied while it was being filled, so the next run reads everything again",
  "cursor.disordered":
    "the records do not come in ascending order of {column}, against incremental.ordered: no checkpoint moves the cursor inside a request",
  "read.whole": "everything was read, not only what changed: {whys:reasons}",
  "read.wholeParts": "{count:int} of {parts:int} parents were read whole, not only what changed: {whys:reasons}",
  "whole.none": "there is no cursor yet",
  "whole.declaration": "the declaration has changed",
  "whole.table": "the table was made anew",
  "whole.empty": "the table is empty",
  "whole.future": "the cursor lies in the future",
  "whole.parent": "its parent came back after it was gone",
  "whole.full": "a full read was asked for",
  "whole.shared": "for {entity}, with which it shares the read, {why:reason}"
} as const
