reason-iiko-unreadable = { $what } не прочесть: { $why }; если таблицы нет, сначала обновите { $entities }
reason-iiko-invoices = приходные накладные
reason-iiko-invoiceLines = строки накладной
reason-iiko-storeNames = названия складов
reason-iiko-employees = сотрудников
reason-iiko-departments = подразделения
reason-iiko-noSession = ожидался ключ сеанса, а в ответе { $found }
reason-iiko-page = страница HTML: прокси или перезапуск
reason-iiko-noToken = символов, которые не ключ: { $count }
reason-iiko-answered = ответ { $status }: { $body }; { $remedy }
reason-iiko-noLicence = нет свободного места в лицензии API; завершите сеанс другой программы, подождите или докупите
reason-iiko-moduleNotLicensed = лицензия не включает этот модуль; попросите партнёра iiko добавить его
reason-iiko-noRight = у пользователя API нет этого права; дайте его роли в iikoOffice
reason-iiko-noEndpoint = на этом сервере нет такого метода или объекта; возможно, его версия старая
reason-iiko-cloudToken = ожидался ключ в JSON, а ответ { $found }
reason-iiko-begins = начинается с { $text }
reason-iiko-somethingElse = состоит из чего-то другого, символов: { $count }
reason-iiko-cloudRecords = { $records } не такие, как ожидалось: { $text }
reason-iiko-cloudSilent = iikoCloud ничего не говорит об организации { $organisation }
reason-iiko-cloudNoList = { $connector }: ожидался список организаций
reason-iiko-cloudStrange = { $connector }: этот логин не знает организаций { $organisations }; исправьте cloud.organizations
reason-iiko-cloudNotSetUp = { $entity }: { $path } спрашивают у iikoCloud, а в cloud нет входа; задайте IIKO_CLOUD_API_KEY, IIKO_CLOUD_APP_ID и IIKO_CLOUD_CLIENT_SECRET или уберите таблицу и её задания
reason-iiko-cloudKeys = apiKey, appId и clientSecret — один вход; не хватает: { $missing }
reason-iiko-cloudTwoLogins = два входа; apiLogin — старый: уберите его и его переменную
reason-iiko-appIdText = текст или { "{" } secret: NAME { "}" }
reason-iiko-writeoff = Списание { $number }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-iiko-transfer = Перемещение { $number }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-iiko-moved = { $source } → { $target }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-iiko-comesTo = { $what }: { $outcome }
reason-iiko-planned = будет отправлено
reason-iiko-done = сделано
reason-iiko-already = уже отправлено раньше
reason-iiko-failed = не удалось, в iiko ничего не изменилось
reason-iiko-unknown = неизвестно: посмотрите в iiko
reason-iiko-busy = отправляет кто-то другой
reason-iiko-skipped = пропущено
reason-iiko-noNumber = ничего не отправлено, нет номера: { $why }
reason-iiko-refused = iiko отказала ({ $number }): { $why }
reason-iiko-answeredError = ответ ERROR: { $why }
reason-iiko-unreadableAnswer = ожидалось: { $expected }; ответ начинается с { $begins }
reason-iiko-savedDocument = JSON о сохранённом документе
reason-iiko-validatedDocument = XML о проверке документа
reason-iiko-documentsOfNumber = JSON с документами по номеру
reason-iiko-notMoved = ничего не перемещено: { $why }
reason-iiko-syncFirst = сначала обновите склады и товары: { $why }
reason-iiko-nothingOwed = нет долгов, которые можно переместить
reason-iiko-transfers = перемещений: { $transfers }, товаров: { $products }, ресторанов: { $restaurants }
reason-iiko-left = { $restaurant }: не перемещено: { $products }
reason-iiko-leftProduct = { $product } ({ $why })
reason-iiko-noStore = нет склада «{ $store }»
reason-iiko-noTaker = нет склада, куда перемещать
reason-iiko-severalStores = несколько складов «{ $store }»
reason-iiko-noProduct = нет такого товара или он удалён
reason-iiko-severalProducts = товаров с таким названием несколько ({ $count })
reason-iiko-severalUnits = долг в разных единицах
reason-iiko-noUnit = нет единицы измерения «{ $unit }»
reason-iiko-notCompared = остатки и уровни не сравнить, сначала обновите их: { $why }
reason-iiko-nothingBelow = ниже минимума ничего нет
reason-iiko-below = ниже минимума: { $departments }
reason-iiko-belowIn = { $department } { $count }
reason-iiko-stopList = в стоп-листе: новых { $added }, ушло { $gone }, осталось { $still }
reason-iiko-stopListUnread = стоп-лист не прочесть: { $why }; если таблицы нет, обновите таблицы коннектора
reason-iiko-noDepartment = нет подразделения «{ $department }»
reason-iiko-nothingStopped = { $day }, { $from }–{ $to }: в стоп-листе ничего не было
reason-iiko-stopped = { $day }, { $from }–{ $to }, в стоп-листе { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}, дольше всего { $longest }: { $lasted }; всего { $total }
reason-iiko-wouldTidy = завершит то, чему вышел срок
reason-iiko-untidy = не удалось навести порядок в списаниях: { $why }
reason-iiko-nothingOld = ничего старше { $limit }
reason-iiko-expired = через { $limit } истекло: { $count }
reason-iiko-baseUrl = API сервера iiko, например { $example }.
reason-iiko-login = Логин пользователя API, например { $example }.
reason-iiko-password = Его пароль как есть, например { $example }; отправляется только SHA-1.
reason-iiko-organizations = Каждая организация по её id в iikoCloud и подразделение сервера, которое это она, по имени или id, например { $example }.
reason-iiko-someOrganisation = хотя бы одна организация
reason-iiko-noOrganisationId = «{ $id }» не id организации
reason-iiko-id = номер UUID
reason-iiko-amount = количество больше нуля, например { $example }
reason-iiko-localTime = местное время, например 2026-03-05T10:00
reason-iiko-documentNumber = не больше 32 букв, цифр, /, _ и -
reason-iiko-timeOfDay = время суток, например 08:00
reason-iiko-day = день, например 2026-03-05
reason-iiko-hours = рабочие часы заканчиваются позже в тот же день
reason-iiko-storeFrom = Склад, который отдаёт.
reason-iiko-storeTo = Склад, который получает.
reason-iiko-storeOf = Склад, с которого списывают.
reason-iiko-account = Счёт, на который относят расход.
reason-iiko-product = Товар.
reason-iiko-howMuch = Сколько.
reason-iiko-items = Что и сколько.
