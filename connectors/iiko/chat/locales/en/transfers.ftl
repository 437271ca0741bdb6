command-transfers = Transfers of consumables
menu-transfers = 🚚 Transfers

transfers-none = 🚚 Nothing was transferred yet.
transfers-did-title = 🚚 <b>Transfer of consumables, { $day }</b>
transfers-would-title = 📝 <b>Would be moved now, { $day }</b>
transfers-nothing = 🌿 There is nothing to move: nobody owes anything.
transfers-count = { $count ->
    [one] { $count } product
   *[other] { $count } products
}
transfers-failed = not moved
transfers-unknown = it is not known whether it arrived: look in iiko
transfers-busy = it is being sent right now
transfers-already = moved before
transfers-skipped = ⚠️ { $restaurant }: skipped: { $why }
transfers-unmatched = ⚠️ { $restaurant }: not everything is moved. { $products }
transfers-broken = ❌ <b>The transfer of consumables did not work</b>
    { $why }
transfers-more = { $count ->
    [one] …and { $count } more line
   *[other] …and { $count } more lines
}
transfers-dry-run = 📝 What would be moved now
transfers-run = ▶️ Move now
transfers-run-now = ✅ Yes, move it
transfers-sure = Move consumables now? What was moved today already does not go a second time, neither does it tonight.
transfers-looking = ⏳ Working out who owes what…
transfers-moving = ⏳ Moving…
