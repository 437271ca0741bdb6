command-deletes = Deletes that wait for a decision
menu-deletes = 🧹 Deletes
deletes-none = Nothing waits for a decision 👍
deletes-title = 🗑 <b>Waiting for a decision</b>
    The source no longer has these rows, but so many are not deleted without a person. Look and decide:
deletes-line = • <code>{ $entity }</code>: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}
deletes-choose = { $entity }: { $rows }
deletes-more = … and { $count } more
deletes-shown = 🗑 <b>{ $entity }</b>: delete { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}?
deletes-range = Rows { $from }–{ $to } of { $total }:
deletes-previous = «
deletes-next = »
deletes-apply = 🗑 Delete
deletes-drop = ✋ Keep
deletes-ask-apply = <b>{ $entity }</b>: { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} will be deleted. Only the source can bring them back. Delete?
deletes-ask-drop = <b>{ $entity }</b>: { $rows ->
    [one] { $rows } row stays
   *[other] { $rows } rows stay
}. When the source goes on without them, I shall ask again. Keep?
deletes-yes-apply = 🗑 Yes, delete { $rows }
deletes-yes-drop = ✋ Yes, keep { $rows }
deletes-done-apply = ✅ <b>{ $entity }</b>: { $rows ->
    [one] { $rows } row was deleted
   *[other] { $rows } rows were deleted
}.
deletes-done-drop = ✅ <b>{ $entity }</b>: { $rows ->
    [one] { $rows } row stays
   *[other] { $rows } rows stay
}.
deletes-was-applied = <b>{ $entity }</b>: decided already. { $by } ({ $at }): { $rows ->
    [one] { $rows } row was deleted
   *[other] { $rows } rows were deleted
}.
deletes-was-dropped = <b>{ $entity }</b>: decided already. { $by } ({ $at }): { $rows ->
    [one] { $rows } row stays
   *[other] { $rows } rows stay
}.
deletes-was-superseded = <b>{ $entity }</b>: a newer sync replaced this question. Look at the list again: /deletes
