command-transfers = Перемещения расходников
menu-transfers = 🚚 Перемещения

transfers-none = 🚚 Перемещений расходников ещё не было.
transfers-did-title = 🚚 <b>Перемещение расходников, { $day }</b>
transfers-would-title = 📝 <b>Переместилось бы сейчас, { $day }</b>
transfers-nothing = 🌿 Перемещать нечего: никто никому не должен.
transfers-count = { $count ->
    [one] { $count } позиция
    [few] { $count } позиции
   *[many] { $count } позиций
}
transfers-failed = не перемещено
transfers-unknown = неизвестно, дошло ли: проверьте в iiko
transfers-busy = сейчас отправляется
transfers-already = уже было перемещено
transfers-skipped = ⚠️ { $restaurant }: пропущено: { $why }
transfers-unmatched = ⚠️ { $restaurant }: перемещено не всё. { $products }
transfers-broken = ❌ <b>Перемещение расходников не получилось</b>
    { $why }
transfers-more = { $count ->
    [one] …и ещё { $count } строка
    [few] …и ещё { $count } строки
   *[many] …и ещё { $count } строк
}
transfers-dry-run = 📝 Что переместится сейчас
transfers-run = ▶️ Переместить сейчас
transfers-run-now = ✅ Да, переместить
transfers-sure = Переместить расходники сейчас? Что за сегодня уже перемещено, второй раз не уйдёт, и вечером за сегодня тоже.
transfers-looking = ⏳ Считаю, кто кому должен…
transfers-moving = ⏳ Перемещаю…
