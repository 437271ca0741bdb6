command-stock = What runs low
menu-stock = 📦 Below minimum

stock-title = 📦 <b>{ $name }</b>: { $count ->
    [one] { $count } product
   *[other] { $count } products
} below minimum
stock-amounts = { $stock } of { $minimum }, <b>{ $deficit }</b> missing
stock-amounts-most = { $stock } of { $minimum } (at most { $maximum }), <b>{ $deficit }</b> missing
stock-enough = 🎉 There is enough of everything: nothing is below its minimum.
stock-read = The stock was read on { $at }.
stock-never-read = The stock was never read: press “Refresh”.
stock-stale = ⚠️ Not everything could be refreshed: some of it is as before.
stock-refresh = 🔄 Refresh
stock-refreshing = ⏳ Refreshing products and stock…
stock-reading = ⏳ Refreshing.
    Products: { $products }
    Stock: { $stock }
stock-told = 📦 <b>Below minimum</b>
stock-more = { $count ->
    [one] …and { $count } more line: /stock
   *[other] …and { $count } more lines: /stock
}
