/** Why a run of an entity or an export did what it did. */
export const run = {
  "run.elsewhere": "another run of this entity is going on; this one did nothing",
  "run.exportElsewhere": "another run of this export is going on; this one did nothing",
  "run.interrupted": "interrupted",
  "run.deadline": "not finished within {limit} (limits.deadline)",
  "run.deadlineRefused":
    "not finished within {limit} (limits.deadline): the source answered {status:int} to the last request and asked to wait, longer than that in all; lower limits.rate, or give the run more time",
  "run.blocked": "{what:reason}; {why:reason}",
  "run.notBegun": "the run was not begun",
  "run.partial": "the read is partial: {why:reason}",
  "run.moving":
    "{count:int} {count|record|records} came twice, so rows move between the pages of the list and others may have been missed: no row was deleted for being missing; ask for a steady order, as by id",
  "run.referred":
    "nothing was deleted: rows of {table} refer to some that are gone ({rule}); delete those first, or let the constraint say what becomes of them, with guard.cascade: allow",
  "run.undeletable":
    "nothing was deleted: PostgreSQL refuses to delete some of what is gone ({text}); take away what keeps it, or delete it by hand",
  "run.partialKept": "the read is partial: {why:reason}; nothing was deleted",
  "run.partialTold": "the read is partial: {why:reason}; only what the source says is gone was deleted",
  "run.goneDeleted":
    "{count:int} {count|record says|records say} that {count|it is|they are} gone (`deletedWhen`): {count|its row is|their rows are} deleted",
  "run.goneKept":
    "{count:int} {count|record is|records are} gone from the source: {count|its row stays|their rows stay} and {count|has|have} gone_at",
  "run.goneMarked":
    "{count:int} {count|record says|records say} that {count|it is|they are} gone (`deletedWhen`): {count|its row is|their rows are} marked ({mark})",
  "run.contradicted":
    "{count:int} {count|key|keys} came both as gone and as a record in one read: {count|its row stays|their rows stay}",
  "run.replacePartial": "a replace needs a whole read, and this one is partial: {why:reason}",
  "run.rejected": "{rejected:int} of {fetched:int} records were rejected: {common:list}",
  "run.refusedMany": "more than {most:int} records were refused; the first: {why:reason}",
  "run.keyTaken":
    "{why:reason} That row is outside of what this entity fills, by {scope}; add that to the key, or fill another table",
  "run.unfilled": "{text}; no field fills that column: declare one, give the column a default, or let it take nulls",
  "run.continued": "lists inside records say that they go on elsewhere, so no row was deleted for being missing",
  "run.listError":
    "the object around a list inside a record holds {name}, so no row was deleted for being missing; if that is no error: fail: none",
  "run.keyless": "{count:int} {count|record|records} had no readable key, so no row was deleted for being missing",
  "run.keysBeyond":
    "the keys of {count:int} rejected {count|record|records} are more than is held of them, so no row was deleted for being missing",
  "run.listAbsent":
    "{count:int} {count|record lacks|records lack} the list of these: their rows stay; `optional: true` says that there are none then",
  "run.listAbsentInside":
    "{count:int} {count|record, or one inside it, lacks|records, or ones inside them, lack} the list of these: all of {count|its|their} rows here stay; `optional: true` says that there are none then",
  "run.listAbsentAll":
    "{count:int} {count|record lacks|records lack} the list of these, and the key does not name the record around it, so no row was deleted for being missing; `optional: true` says that there are none then",
  "run.goneParents":
    "{count:int} {count|record around these says that it is|records around these say that they are} gone; their rows here stay in mode {mode}",
  "run.leftOut": "{count:int} {count|record was|records were} left out by `where`",
  "run.repaired":
    "{count:int} {count|text|texts} held NUL or broken Unicode, replaced by U+FFFD; if that should be letters, declare `charset`",
  "run.folded": "{count:int} {count|duplicate|duplicates} of a key {count|was|were} folded, the last one counts",
  "run.inWindows": "{count:int} {count|record|records} came in more than one window of time, alike each time",
  "run.inWindowsChanged":
    "{count:int} {count|record|records} came in more than one window of time, {changed:int} of them with other values: the later ones count",
  "run.crossed":
    "{count:int} {count|record has|records have} the key of a record of another parent, as {key}, and only the last of them stays a row; add to the key a field that names the parent, {field}",
  "run.stagingLost":
    "the database lost the staged rows (it was restarted), so they were not loaded; the next run reads them anew",
  "run.takenOver": "another process took over this entity while it was being read, so what was read was not loaded",
  "run.afterCheckpoint": "{why:reason}; {rows:int} {rows|row|rows} of what was read before {rows|was|were} loaded",
  "run.defect": "a fault in Tributary itself: {text}",
  "run.cursorsUnread": "the cursors could not be read: {why:reason}",
  "run.database": "PostgreSQL: {text}",
  "run.since": '"{value}" is no value of {column}, the column of the cursor',
  "run.sinceOfSource": "the source gives the cursor, and none of it is earlier than another: --full reads everything",
  "run.forEach": "forEach: {why:reason}",
  "guard.empty": "the source is empty: the deletes of all {count:int} rows were withheld (guard.empty: refuse)",
  "guard.rejects":
    "{rejected:int} of {fetched:int} records were rejected, more than guard.maxReject {limit}: {count:int} {count|delete was|deletes were} withheld",
  "guard.share":
    "{gone:int} of {rows:int} rows are gone from the source, more than guard.maxDelete {limit}: the deletes were withheld",
  "guard.cascade":
    "{count:int} {count|row is|rows are} gone from the source, and foreign keys ({rules}) would delete {removed:int} {removed|row|rows} and change {changed:int} in {tables} with {count|it|them}: the deletes were withheld (guard.cascade: refuse)",
  "guard.cascadeUnseen":
    "{count:int} {count|row is|rows are} gone from the source, and what foreign keys ({rules}) would delete or change in {tables} with {count|it|them} may not be read by this database role: the deletes were withheld (guard.cascade: refuse)"
} as const
