/** Differences between what a load wrote and what it should have written. */
export const load = {
  "load.unwritten":
    "{count:int} {count|row is|rows are} not in the table although PostgreSQL reported no error, {keys}: a trigger or a policy of the table turned {count|it|them} away, or gave {count|it|them} another key",
  "load.undeleted":
    "{count:int} {count|row that is|rows that are} gone from the source {count|is|are} still in the table, {keys}: a trigger or a policy of the table keeps {count|it|them}; if it is to, mode: upsert deletes nothing",
  "load.undone":
    "{count:int} {count|row was|rows were} written and {count|is|are} not in the table, {keys}: a trigger of the table that fires afterwards removed {count|it|them}, or gave {count|it|them} another key",
  "load.returned":
    "{count:int} {count|row is|rows are} in the table that the source does not have, {keys}: a trigger of the table put {count|it|them} there once the deletes were done",
  "load.keyless":
    "{count:int} {count|row|rows} of {table} {count|has|have} no {key}, so nobody can say of which record, and {count|was|were} left alone; give each a key, or delete it: {statement}",
  "load.alike":
    "{count:int} {count|row is|rows are} made of records whose keys differ, as {first} and {last}, since the table holds these keys equal ({how}): the last one counts; give the column a type and collation that tell them apart if each is to be a row",
  "load.unmatched":
    "{count:int} {count|value|values} of {column} {count|is|are} not in {table} ({key}), as {value}: {column} is null in {count|its row|their rows}",
  "load.raced":
    "{count:int} {count|row was|rows were} not written or deleted as intended: another session changed the table at the same moment, or gave it a trigger",
  "load.altered":
    "a trigger of the table changed {count:int} {count|value|values} of {column}, as of {key}: {came} became {held}",
  "load.cascade":
    "with what is deleted, foreign keys ({rules}) delete {removed:int} {removed|row|rows} and change {changed:int} in {tables}",
  "load.cascadeFurther":
    "other rows refer in turn to those of {tables} that go, and may be deleted or changed with them; they were not counted",
  "load.cascadeUnseen":
    "what foreign keys ({rules}) delete or change in {tables} with what is deleted may not be read by this database role, and was not counted",
  "load.followed": "with what is changed, foreign keys ({rules}) change {count:int} {count|row|rows} in {tables}",
  "load.late":
    "{count:int} {count|answer|answers} to an older request than {count|its row|their rows} {count|was|were} left out",
  "load.rounded":
    "{column} is {type} in the table, which does not hold {count:int} {count|value|values} exactly, as of {key}: {came} becomes {held}"
} as const
