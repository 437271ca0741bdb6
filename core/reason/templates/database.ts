/** The meaning of PostgreSQL's answers that require an operator to act. */
export const database = {
  "database.told": "{what:reason}; PostgreSQL: {text}",
  "database.login": "the database refuses the login of Tributary",
  "database.right": "the role by which Tributary logs in lacks a right",
  "database.readOnly": "the database takes no writes: it is a standby, or set to read only",
  "database.disk": "the disk of the database is full",
  "database.memory": "the database has no memory left",
  "database.connections":
    "the database has no connection left: raise its max_connections, or lower database.connections of those who share it",
  "database.configured": "a limit that is set for the database is reached, as temp_file_limit: raise it",
  "database.limit":
    "a limit of PostgreSQL itself is exceeded, as for columns of a table or the length of an index entry, and no setting raises it",
  "database.unsupported": "PostgreSQL does not do this in such a table, or not in this version",
  "database.starting": "the database is starting up or shutting down and takes no connections for the moment",
  "database.stopped": "the database was shut down, or somebody ended the session",
  "database.lost": "the connection to the database broke off",
  "database.refused": "the database, or a pooler before it, refuses the connection",
  "database.unreached": "{what:reason}: {text}",
  "database.closed":
    "nobody takes connections at the address of the database: start it, or set the host and port of DATABASE_URL right",
  "database.unknownHost": "the host of the database is not known by that name: set DATABASE_URL right, or mend the DNS",
  "database.silent": "the host of the database does not answer: look at the network and the firewall between",
  "database.deadlock": "it and another session waited for each other, each time that it was tried",
  "database.conflict": "another session changed the same rows, each time that it was tried",
  "database.ended": "the statement was ended, by database.statementTimeout or by an administrator",
  "database.gone": "there is no such database any more",
  "database.fault": "a fault inside PostgreSQL, of which its own log says more"
} as const
