command-stock = Чего мало на складе
menu-stock = 📦 Ниже минимума

stock-title = 📦 <b>{ $name }</b>: ниже минимума { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
stock-amounts = { $stock } из { $minimum }, не хватает <b>{ $deficit }</b>
stock-amounts-most = { $stock } из { $minimum } (макс. { $maximum }), не хватает <b>{ $deficit }</b>
stock-enough = 🎉 Всего хватает: ниже минимума ничего нет.
stock-read = Остатки прочитаны { $at }.
stock-never-read = Остатки ещё не читались: нажмите «Обновить».
stock-stale = ⚠️ Не всё удалось обновить: часть данных прежняя.
stock-refresh = 🔄 Обновить
stock-refreshing = ⏳ Обновляю товары и остатки…
stock-reading = ⏳ Обновляю.
    Товары: { $products }
    Остатки: { $stock }
stock-told = 📦 <b>Ниже минимума</b>
stock-more = { $count ->
    [one] …и ещё { $count } строка: /stock
    [few] …и ещё { $count } строки: /stock
   *[many] …и ещё { $count } строк: /stock
}
