/** The meaning of PostgreSQL's answers that require an operator to act. */
export const database = {
  "database.told": "{what:reason}; PostgreSQL: {text}",
  "database.login": "the database refuses the login of Tributary",
  "database.right": "the role by which Tributary logs in lacks a right",
  "database.readOnly": "the database takes no writes: it is a standby, or set to read only",
  "database.disk": "the disk of the database is full",
  "database.memory": "the database has no memory left",
  "database.connections": "the database has no connection left",
  "database.deadlock": "it and another session waited for each other, each time that it was tried",
  "database.conflict": "another session changed the same rows, each time that it was tried",
  "database.ended": "the statement was ended, by database.statementTimeout or by an administrator",
  "database.gone": "there is no such database any more",
  "database.fault": "a fault inside PostgreSQL, of which its own log says more"
} as const
