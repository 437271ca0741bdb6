/** Why a plan cannot be made or applied, or a table cannot be changed. */
export const plan = {
  "plan.noParents":
    "its requests are made from rows of {table}, which does not exist yet; sync the entity that fills it, and plan again",
  "plan.configuration": "The configuration has changed since this plan was made; plan again.",
  "plan.errors": "The plan has errors ({errors:reasons}); plan again, or plan without these entities.",
  "plan.entityError": "{entity}: {why:reason}",
  "plan.noEntity": "There is no entity {entity}.",
  "plan.table": "{table} has changed since the plan was made; plan again.",
  "plan.rows":
    "{count:int} {count|row is|rows are} no longer as the plan saw {count|it|them}, so nothing was applied; plan again",
  "plan.untried":
    "what only a write shows, as a length or a constraint, is known when the plan is applied: {why:reason}",
  "plan.triggers": "the table has triggers of its owner, which a plan does not set off ({triggers})",
  "plan.changesFirst":
    "{table}, to which its foreign keys lead, is to be changed before, and that was not tried either",
  "plan.columnsFirst": "columns of {table} are to be added or widened before ({columns})",
  "plan.refused":
    "{count:int} {count|row|rows} of the plan {count|was|were} left out, because PostgreSQL refused {count|it|them} ({keys}): {common:list}",
  "plan.parents": "it was planned by what was planned for {entities}, which was not applied as a whole; plan again",
  "table.unchangeable": "{table} cannot be made as declared: {why:reason}",
  "table.lookupMissing":
    "{entity} looks names up in {table}, which does not exist yet; sync the entity that fills it first",
  "table.narrower":
    "{column} is {existing} in the database and {declared} in the declaration; Tributary never narrows a column. Declare it as {fit}, or change the table by hand: {statement}",
  "table.foreignType":
    "{column} is {existing} in the database and {declared} in the declaration; Tributary never narrows a column. No declared type is stored so, or change the table by hand: {statement}",
  "table.view": "{table} is a view in the database, not a table; declare the table it is made from, or another name",
  "table.uncreatable":
    "{table} does not exist, and {role} may not create tables in the schema {schema}. Have it granted: {grant}; or have the table made: {statement}",
  "table.noVersions":
    "{table} exists and is no table of versions: it has no {columns}; name another table with versions:",
  "table.notOwned":
    "{table} is not as declared, and {role}, who is not its owner, may not change it. Have its owner do it: {statement}",
  "table.denied": "a load of {table} needs rights that {role} lacks ({rights}); have its owner grant them: {grant}",
  "table.rules":
    "{table} has rules that rewrite what is written to it ({rules}), and PostgreSQL takes no load through them; let a trigger do it, or remove them: {statement}",
  "table.computed":
    "{column} is filled by PostgreSQL itself (generated always); leave it out of the declaration, or change the table by hand: {statement}",
  "table.unfilled":
    "{table} has columns that take no null and have no default, and no field fills them ({columns}): it would refuse every new row. Declare them, or change the table by hand: {statement}",
  "table.roundedKey":
    "{column} is part of the key, and {existing} would round it; change the table by hand: {statement}",
  "table.bound":
    "{table} has columns to be widened ({columns}), and PostgreSQL widens none that something else is made from: {what}. Declare what the table holds ({fits}), or take that away, let Tributary change the table, and make it again: {statement}",
  "table.duplicateKeys":
    "{count:int} {count|key|keys} of {table} {count|stands|stand} in more than one row ({keys}), so it cannot have the unique index on {key} by which rows are found. See which rows those are: {statement}; once each key stands in one, Tributary makes the index itself, as {index}",
  "table.indexTaken":
    "{table} has no unique index on {key}, by which rows are found, and the name of the one to be made is taken: {name} is {definition}. Drop that, or rename it: {statement}",
  "table.unseenType":
    "{column} is part of the key, and the search_path does not lead to its type {existing}, so PostgreSQL would tell apart here what the table holds equal; have the role of Tributary find it: {statement}",
  "table.otherTexts":
    "{column} and {parent} do not find the same texts equal (one of them ignores case, for example), so the rows of one record could be taken for those of another; make them alike: {statement}",
  "table.otherKey":
    "the key of {table} is {existing} in the database and {declared} in the declaration; rows loaded by one key cannot be compared by another. Declare `key: [{existing}]`, or have it read anew: {statement}"
} as const
