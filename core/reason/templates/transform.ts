/** Errors in the steps of `transform`, in conditions and in regular expressions. */
export const transform = {
  "transform.json": "json keeps what came: nothing is done to it before",
  "transform.centsType": "cents make a decimal, and this column is {type}",
  "transform.last": "{step} comes last",
  "transform.format": "{step} says how the number is written: remove format",
  "transform.hashType": "a hash is a text, and this column is {type}",
  "transform.hashKey": "hash needs a key, and the daemon has none",
  "transform.writeHashKey": "write {example} in daemon.yaml",
  "drop.parent": "drop is about the records of the entity itself, not of its parent",
  "drop.kept": "the column {column} keeps what is to be kept nowhere",
  "drop.hash": "remove one of them, or keep a hash: transform: [hash]",
  "transform.split": "split makes a list",
  "transform.list": "declare a list, as in type: {type}",
  "transform.joinFirst": "join says where the values are, so it comes first",
  "transform.joinFrom": "join says where the values are: remove from",

  "condition.none": "no condition: every record fulfils it",
  "condition.column":
    'conditions look at the record, in which nothing is called "{column}": that is a column filled from elsewhere',
  "condition.twice": "{one} and {other} are two bounds of the same side",
  "condition.nothing": "what does not exist has no value to compare",
  "condition.repeated": "a value is listed twice",
  "condition.kinds": "the bounds are a number and a text, and no value compares with both",
  "condition.never": "nothing lies between {low} and {high}",
  "condition.markAppend": "append never updates a row, so none can be marked",
  "condition.markTaken": '"{column}" is a column already; the mark is one of its own, true or false',
  "condition.lookup": 'the key of a record that is gone must be in it, and "{column}" is looked up in another table',

  "expression.long": "an expression of more than {limit:int} characters",
  "expression.invalid": "no regular expression: {why:reason}",
  "expression.nested": "a repetition ({text}) of what repeats without end itself",
  "expression.empty": "a repetition ({text}) of what may be empty",
  "expression.large": "an expression whose repetitions are too long when written out",
  "expression.around": "an expression cannot look ahead or behind here",
  "expression.back": "an expression cannot refer back to a group here",
  "expression.flags": "an expression cannot change its flags here",
  "expression.noGroup": "the expression has no group {group:int}"
} as const
