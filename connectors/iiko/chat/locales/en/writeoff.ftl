command-writeoff = Write products off
command-history = My write-offs
command-waiting = Write-offs that wait for a decision
menu-writeoff = 🗑 Write-off
menu-writeoff-continue = ▶️ Continue the write-off
menu-history = 🗂 My write-offs
menu-waiting = 🕓 Waiting for a decision
status-to-writeoffs = 🕓 Decide on write-offs ({ $count })
status-waiting-writeoffs = 🕓 { $count ->
    [one] { $count } write-off waits for your decision
   *[other] { $count } write-offs wait for your decision
}

writeoff-title = 🗑 <b>Write-off</b>
writeoff-which-store = From which store?
writeoff-no-stores = Your restaurant has no stores. Tell an admin: stores are made in iiko.
writeoff-which-account = To which account?
writeoff-no-accounts = This store has no account for write-offs. Choose another store or tell an admin.
writeoff-type = What is written off? Type a part of its name, for example: mil
writeoff-type-or-pick = What is written off? Pick it or type a part of its name.
writeoff-found = “{ $query }”: { $count ->
    [one] { $count } product
   *[other] { $count } products
} found. You can type another name.
writeoff-not-found = “{ $query }”: nothing found. Type another part of the name; two or three letters are enough.
writeoff-clear = ✖️ Clear the search
writeoff-done = ✅ Done ({ $count })
writeoff-more = { $count ->
    [one] …and { $count } more line
   *[other] …and { $count } more lines
}
writeoff-too-many = ⚠️ A write-off has 50 products at most. Send this one and begin another.
writeoff-not-offered = ⚠️ That cannot be chosen now. Choose from the list.
writeoff-how-much = <b>{ $name }</b>
    How much is written off{ $unit }? Press or type a number such as 1.5
writeoff-how-much-now = <b>{ $name }</b>
    Now { $amount }. How much is written off{ $unit }? Press or type a number such as 1.5
writeoff-bad-amount = ⚠️ “{ $typed }” is not a quantity. Type a number above zero such as 1.5
writeoff-other-unit = ⚠️ “{ $typed }”: this product is counted in another unit ({ $unit }). Type how many of those.
writeoff-there = { $amount } in stock
writeoff-there-now = In stock: { $amount }.
writeoff-there-unknown = How much is in stock is not known.
writeoff-stock-read = 📦 Stock as of { $at }
writeoff-stock-stale = 📦 Stock as of { $at }, { $age } ago: look at the shelf
writeoff-stock-unread = 📦 The stock is not known: it has not been read yet
writeoff-far = ⚠️ { $name }: { $amount } is far more than there is. Press if it is right, or type another number.
writeoff-far-unknown = ⚠️ { $name }: { $amount } is unusually much, and how much there is is not known. Press if it is right, or type another number.
writeoff-far-lines = ⚠️ Far more than there is:
writeoff-far-send = Send all the same?
writeoff-far-approve = { $number }: approve all the same?
writeoff-sure = ⚠️ Yes, { $amount }
writeoff-send-sure = ⚠️ Yes, send
writeoff-approve-sure = ⚠️ Yes, approve
writeoff-remove = 🗑 Take it out
writeoff-why = Why is it written off? Press or type it in your own words.
writeoff-type-reason = ✍️ Type the reason in one message.
writeoff-long-reason = ⚠️ Too long: { $most } characters at most.
writeoff-reason-spoiled = 🤢 Spoiled
writeoff-reason-broken = 💥 Broken
writeoff-reason-expired = 📅 Expired
writeoff-reason-staff = 🍽 Staff meal
writeoff-reason-other = ✍️ Other
writeoff-reason-text-spoiled = spoiled
writeoff-reason-text-broken = broken
writeoff-reason-text-expired = expired
writeoff-reason-text-staff = staff meal
writeoff-check = 💬 { $reason }

    Is everything right?
writeoff-send = ✅ Send
writeoff-change = ✏️ Quantity
writeoff-add = ➕ Add
writeoff-change-reason = 💬 Reason
writeoff-drop = ✖️ Cancel
writeoff-drop-sure = Delete this write-off? All that is in it will be lost.
writeoff-drop-yes = 🗑 Delete
writeoff-which-item = What is to be corrected or taken out?
writeoff-unfinished = You have an unfinished write-off: { $count ->
    [one] { $count } product
   *[other] { $count } products
}.
writeoff-continue = ▶️ Continue
writeoff-anew = 🆕 Begin anew
writeoff-gone = ⚠️ No longer among the products, taken out: { $names }
writeoff-sending = ⏳ Sending…
writeoff-now-waiting = 👍 It is with the admins. I will write when they have decided.

writeoff-status-draft = Draft
writeoff-status-waiting = Waits for a decision
writeoff-status-sending = Being sent to iiko
writeoff-status-sent = Written off
writeoff-status-failed = Failed
writeoff-status-unknown = Not known whether it went through
writeoff-status-rejected = Rejected
writeoff-status-cancelled = Cancelled
writeoff-status-expired = Expired: nobody decided for a day
writeoff-was = (was { $amount })
writeoff-struck = <s>{ $name }: { $amount }</s>
writeoff-approved-by = 👮 Approved: { $name }, { $at }
writeoff-rejected-by = 👮 Rejected: { $name }, { $at }
writeoff-rejection = 🚫 Why: { $why }
writeoff-next-failed = ⚠️ iiko did not take the document, nothing was written off. It can be sent again under the same number. The answer: { $why }
writeoff-next-failed-said = ⚠️ An admin has looked: the document is not in iiko, nothing was written off. It can be sent again under the same number.
writeoff-next-unknown = ❓ There was no answer. Press “Send again”: I look for the document in iiko first, so it cannot go through twice.
writeoff-retry = 🔁 Send again
writeoff-take-back = ✖️ Take it back
writeoff-repeat = 🔁 Repeat
writeoff-to-history = 🗂 My write-offs
writeoff-open = 👁 Open

writeoff-asked = 🗑 <b>{ $author }</b> asks for a write-off: { $store }, { $count ->
    [one] { $count } product
   *[other] { $count } products
} ({ $number })
    💬 { $reason }
writeoff-approve = ✅ Approve
writeoff-correct = ✏️ Correct
writeoff-reject = 🚫 Reject
writeoff-release = ↩️ Give it back
writeoff-released = ↩️ Given back: any admin can open it.
writeoff-reject-why = Why is { $number } rejected? Type it, and { $author } will read it.
writeoff-correct-line = <b>{ $name }</b>
    Now { $amount }. Type the new quantity{ $unit }.
writeoff-own = Another admin decides on your own write-off.
writeoff-to-waiting = 🕓 Waiting for a decision
writeoff-waits = 🕓 <b>Waiting for a decision</b>
writeoff-nothing-waits = 🎉 Nothing waits for a decision.
writeoff-waiting-line = <b>{ $number }</b> · { $author } · { $store }, { $count ->
    [one] { $count } product
   *[other] { $count } products
}, { $at }
writeoff-held = 🔒 opened by { $who }
writeoff-accounted = 🗑 Write-off <b>{ $number }</b>: { $store }, { $account }, { $count ->
    [one] { $count } product
   *[other] { $count } products
}. { $reason } ({ $author })

writeoff-history = 🗂 <b>My write-offs</b>, the newest first
writeoff-no-history = 🗂 There is nothing here yet.
writeoff-filter-all = All
writeoff-filter-bar = Bar
writeoff-filter-kitchen = Kitchen
writeoff-count = { $count ->
    [one] { $count } product
   *[other] { $count } products
}

writeoff-refused-missing = There is no such write-off.
writeoff-refused-notYours = The write-off is somebody else's.
writeoff-refused-moved = ℹ️ It was decided already, this is how it stands.
writeoff-refused-locked = 🔒 Opened by { $who } until { $until }.
writeoff-refused-notOpened = ⌛ The ten minutes are over. Open it again.
writeoff-refused-expired = ⌛ A day has passed, it is too late to decide.
writeoff-refused-incomplete = ⚠️ The write-off lacks something: products, an account or a reason. Check it and send it again.
writeoff-refused-notOffered = ⚠️ Something of it is no longer among the stores, accounts or products. Check it and send it again.
writeoff-refused-badAmount = ⚠️ A quantity is a number above zero such as 1.5
