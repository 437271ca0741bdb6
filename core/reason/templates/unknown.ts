/** Requested names that do not exist, and states that cannot be determined. */
export const unknown = {
  "unknown.selector": '"{selector}" selects nothing',
  "unknown.account": '{selector} has no accounts, so there is no "{account}": write it without',
  "unknown.accountOf": 'there is no active account "{account}" of {selector}',
  "unknown.accountNames": '"{account}" is the name of several accounts: write {names}',
  "unknown.accountsUnread": "the accounts could not be read: {why:reason}",
  "unknown.cursor": "{entity} is not incremental: each run reads everything, and {option} means nothing",
  "unknown.keysOf": "keys are of one entity: name it, as in {example}",
  "unknown.noOne": "{entity} does not say how one record is read by its key; add it, as in {example}",
  "unknown.noWindows": "{entity} has no windows, so no period of it can be read; they are declared as in {example}",
  "unknown.noWindowed": "no selected entity has windows, so no period can be read; they are declared as in {example}",
  "unknown.connectors": "{why:reason}; the connectors are {names}",
  "unknown.connector": 'there is no connector "{name}"',
  "unknown.entry": "there is no entry {id:int} in the log of actions",
  "deletes.never": "there is no pending delete {id}, and there never was",
  "deletes.replaced": "the pending delete {id} is closed: a later run of its entity replaced it",
  "deletes.decided": "the pending delete {id} was decided already: {status} at {at:time}",
  "deletes.decidedBy": "the pending delete {id} was decided already: {status} by {who} at {at:time}",
  "input.refused": "{id} does not accept this input: {whys:reasons}",
  "input.at": "{path}: {why:reason}",
  "settled.found": "the entry {id:int} is {status}: it was just found by reading back",
  "settled.notUnknown": "the entry {id:int} is {status}: only an unknown one waits for a decision",
  "start.connector": 'the connector "{name}" could not be started: {why:reason}',
  "start.plugin": 'the plugin "{name}" could not be started: {why:reason}',
  "start.connectorInUse":
    'the connector "{name}" is in use, and only one of it may run; try again when its runs have ended',
  "start.pluginInUse": 'the plugin "{name}" is in use, and only one of it may run; try again when its runs have ended'
} as const
