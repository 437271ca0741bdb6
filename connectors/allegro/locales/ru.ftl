reason-allegro-token = ответ { $status }: { $body }; Allegro больше не принимает токен аккаунта
reason-allegro-scope = ответ { $status }: { $body }; авторизации не хватает права { $right }: дайте его приложению в консоли Allegro, затем приостановите аккаунт, добавьте его заново, чтобы продавец разрешил доступ, и возобновите его
reason-allegro-anotherScope = ответ { $status }: { $body }; авторизации не хватает права на этот адрес, его называет описание API Allegro: дайте его приложению в консоли Allegro, затем приостановите аккаунт, добавьте его заново, чтобы продавец разрешил доступ, и возобновите его
reason-allegro-blocked = ответ { $status }: { $body }; Allegro заблокировал программу: проверьте, что имя в userAgent совпадает с именем, под которым зарегистрировано приложение
reason-allegro-tooMany = ответ { $status }: { $body }; в одном окне больше заказов, чем показывает Allegro: уменьшите windows.step
reason-allegro-limit = ответ { $status }: лимит приложения, общий для всех аккаунтов, исчерпан; запросов не будет { $wait }
reason-allegro-traced = { $why } (trace-id { $id })
reason-allegro-badClient = ответ { $status }: Allegro не знает это приложение; проверьте client.id и client.secret и что baseUrl и authUrl относятся к одной среде
reason-allegro-authorization = ответ { $status }: отказ авторизации { $code }
reason-allegro-tokenAnswer = ожидается ответ с токенами, JSON с access_token, refresh_token и expires_in
reason-allegro-deviceAnswer = ожидается код для устройства, JSON с device_code, user_code и verification_uri
reason-allegro-meAnswer = ожидается продавец, JSON с id и login
reason-allegro-denied = продавец отказал в доступе; если это ошибка, начните авторизацию заново
reason-allegro-codeSpent = код истёк, или Allegro уже выдал по нему токены, а ответ потерялся; начните авторизацию заново
reason-allegro-refused = Allegro больше не принимает токены аккаунта и не говорит почему; обычные причины: сменили пароль или почту, продавец отвязал приложение или вышел на всех устройствах, у продавца больше 20 сессий, другая программа использовала тот же refresh token, аккаунтом не пользовались три месяца. Если и новая авторизация скоро будет отклонена, ищите другую программу с теми же токенами
reason-allegro-noAccount = заказы принадлежат аккаунту, а он не указан
reason-allegro-client = Приложение, как оно зарегистрировано в консоли Allegro, например { $example }.
reason-allegro-clientId = Client ID, например { $example }.
reason-allegro-clientSecret = Client Secret, например { $example }.
reason-allegro-userAgent = Как программа себя называет: имя приложения из регистрации (дефисы вместо пробелов), версия и страница https о нём, например { $example }.
reason-allegro-userAgentForm = имя, версия и страница https, например { $form }

reason-allegro-cancelledAfterShipping = { $count ->
    [one] { $count } заказ отменён
    [few] { $count } заказа отменены
   *[other] { $count } заказов отменены
} после отправки: { $names }; остановите посылку или ждите её возврата и проверьте возврат денег
reason-allegro-ordersOfToday = Заказы за сегодня
reason-allegro-countOfToday = { $count ->
    [one] { $count } заказ
    [few] { $count } заказа
   *[other] { $count } заказов
}, отменено: { $cancelled }
reason-allegro-orderLine = { $at } · { $total } · { $status } · { $id }
