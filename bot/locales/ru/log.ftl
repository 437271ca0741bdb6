command-log = Журнал загрузок
menu-log = 📜 Журнал
log-title = 📜 <b>Журнал</b>
log-title-of = 📜 <b>Журнал</b>: <code>{ $of }</code>
log-failed-note = Только с ошибками.
log-none = Загрузок ещё не было.
log-none-failed = Ошибок нет 👍
log-more = … и ещё { $count }
log-older = Раньше »
log-newest = « К последним
log-only-failed = ❌ Только ошибки
log-also-good = 📜 Не только ошибки
log-of-all = Все
log-unknown = Не знаю, что такое «{ $name }». Напишите, например: /log iiko, /log iiko.product или /log failed
log-last-requests = Последние запросы:
log-requests = { $count ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[many] { $count } запросов
}
log-no-answer = нет ответа
log-no-run = Запуска { $id } нет, или он уже убран из журнала.
log-trigger-job = по расписанию
log-trigger-cli = из консоли сервера
log-trigger-api = через API
log-trigger-console = из веб-консоли
log-trigger-webhook = по сигналу извне
log-trigger-bot = из бота
log-trigger-event = по событиям источника
log-trigger-start = при запуске
