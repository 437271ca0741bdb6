command-deletes = Удаления, которые ждут решения
menu-deletes = 🧹 Удаления
deletes-none = Ничего не ждёт решения 👍
deletes-title = 🗑 <b>Ждут решения</b>
    Этих строк больше нет в источнике, но удалять столько сразу без человека нельзя. Посмотрите и решите:
deletes-line = • <code>{ $entity }</code>: { $rows ->
    [one] { $rows } строка
    [few] { $rows } строки
   *[many] { $rows } строк
}
deletes-choose = { $entity }: { $rows }
deletes-more = … и ещё { $count }
deletes-shown = 🗑 <b>{ $entity }</b>: удалить { $rows ->
    [one] { $rows } строку
    [few] { $rows } строки
   *[many] { $rows } строк
}?
deletes-range = Строки { $from }–{ $to } из { $total }:
deletes-previous = «
deletes-next = »
deletes-apply = 🗑 Удалить
deletes-drop = ✋ Оставить
deletes-ask-apply = <b>{ $entity }</b>: будет удалено { $rows ->
    [one] { $rows } строка
    [few] { $rows } строки
   *[many] { $rows } строк
}. Вернуть их сможет только источник. Удаляем?
deletes-ask-drop = <b>{ $entity }</b>: { $rows ->
    [one] { $rows } строка останется
    [few] { $rows } строки останутся
   *[many] { $rows } строк останется
}. Если источник и дальше их не отдаст, спрошу снова. Оставляем?
deletes-yes-apply = 🗑 Да, удалить { $rows }
deletes-yes-drop = ✋ Да, оставить { $rows }
deletes-done-apply = ✅ <b>{ $entity }</b>: удалено { $rows ->
    [one] { $rows } строка
    [few] { $rows } строки
   *[many] { $rows } строк
}.
deletes-done-drop = ✅ <b>{ $entity }</b>: { $rows ->
    [one] { $rows } строка остаётся
    [few] { $rows } строки остаются
   *[many] { $rows } строк остаётся
}.
deletes-was-applied = <b>{ $entity }</b>: уже решено. { $by } ({ $at }): удалено { $rows ->
    [one] { $rows } строка
    [few] { $rows } строки
   *[many] { $rows } строк
}.
deletes-was-dropped = <b>{ $entity }</b>: уже решено. { $by } ({ $at }): { $rows ->
    [one] { $rows } строка остаётся
    [few] { $rows } строки остаются
   *[many] { $rows } строк остаётся
}.
deletes-was-superseded = <b>{ $entity }</b>: новая загрузка заменила этот вопрос. Посмотрите список ещё раз: /deletes
