# Коды из core/reason/templates.
reason-unsaid = без объяснения
reason-action-notSent = ничего не отправлено: { $why }
reason-action-notBegun = журнал действий недоступен, поэтому ничего не отправлено: { $why }
reason-action-interruptedBefore = прервано до отправки
reason-action-interruptedSending = прервано во время отправки
reason-action-processEnded = демон остановился, пока это отправлялось
reason-action-unexpected = закончилось неожиданно: { $text }
reason-action-elsewhere = это как раз отправляет кто-то другой
reason-action-sentAt = отправлено { $at }
reason-action-sentAndFound = отправлено { $at }; найдено проверкой
reason-action-foundLater = ответ потерялся; найдено проверкой
reason-action-unknown = неизвестно, что с этим стало
reason-action-readBack = проверено { $at }: { $why }
reason-action-cannotAsk = систему нельзя об этом спросить
reason-action-notThere = там этого не было
reason-action-cannotTell = узнать не удалось: { $why }
reason-action-notStored = увиденное не удалось сохранить: { $why }
reason-action-confirmedUnstored = система подтвердила, но это не удалось сохранить: { $why }
reason-action-unstored = { $outcome }; но это не удалось сохранить: { $why }
reason-action-stale = { $entity } без свежих данных: { $why }
reason-action-ended = { $action }: { $summary }
reason-action-itemPlanned = 📝 { $action }: { $what }
reason-action-itemFailed = ❌ { $action }: { $what }: { $why }
reason-action-itemUnknown = ❓ { $action }: { $what }: { $why }
reason-action-itemBusy = ⏳ { $action }: { $what }: { $why }
reason-action-itemSkipped = ⏭ { $action }: { $what }: { $why }
reason-action-more = { $action }: …и ещё { $count }
reason-alert-jobFailed =
    Задание { $job }, { $at }: не удалось
    { $whys }
reason-alert-jobMissed =
    Задание { $job }, { $at }: пропущено
    { $whys }
reason-alert-jobForgotten = Задание { $job } должно было начаться { $at } и не началось: планировщик не работает.
reason-alert-late = { $entity } опаздывает: после { $at } должны быть свежие данные, { $since }.
reason-alert-lateFailing = { $entity } опаздывает: после { $at } должны быть свежие данные, { $since }. Последний запуск не удался: { $why }
reason-alert-lateSince = а последний удачный запуск закончился { $at }
reason-alert-lateNever = а удачных запусков ещё не было
reason-alert-lateMany = { $connector }: опаздывают таблиц: { $count } ({ $entities }), вовремя их не обновили.
reason-alert-lateManyFailing = { $connector }: опаздывают таблиц: { $count } ({ $entities }), их последние запуски не удались одинаково: { $why }
reason-alert-held = { $entity }, строк: { $count }: { $why }.
reason-alert-heldMany = { $connector }, таблиц: { $count } ({ $entities }): { $why }.
reason-alert-circuit = { $connector } не отвечает: последние запросы не удались, система получает время прийти в себя.
reason-alert-actionUnknown = { $action }: неизвестно, дошло ли «{ $what }», { $at } (запись { $entry }).
reason-alert-databaseAway = база данных не отвечает, загрузки её ждут: { $why }
reason-alert-databaseSilent = база данных не отвечает десять секунд, загрузки её ждут
reason-alert-databaseReadOnly = база данных не принимает записи: это реплика или её перевели в режим чтения
reason-alert-plugin = { $plugin } не работает: { $why }
reason-alert-reload = Загрузить не получилось, всё работает по-прежнему: { $why }
reason-alert-unheard = никому в чате не удалось об этом сказать за { $span }: { $whys }
reason-alert-noTeller = нет бота, который мог бы
reason-alert-unheardOf = ни один чат этого не подтвердил
reason-alert-still = всё ещё, уже { $lasted }: { $what }
reason-alert-merged = об этом теперь сказано вместе с другим: { $what }
reason-alert-recovered = прошло за { $lasted }; было: { $what }
reason-job-entities = Таблицы: { $counts }
reason-job-ok = хорошо { $count }
reason-job-warning = с замечаниями { $count }
reason-job-failed = не удалось { $count }
reason-job-skipped = пропущено { $count }
reason-job-entityFailed = ❌ { $entity }: { $why }
reason-job-entityWarning = ⚠️ { $entity }: { $why }
reason-job-entitySkipped = ⏭ { $entity }: { $why }
reason-job-entitiesFailed = ❌ { $connector }, таблиц: { $count } ({ $entities }): { $why }
reason-job-entitiesWarning = ⚠️ { $connector }, таблиц: { $count } ({ $entities }): { $why }
reason-job-entitiesSkipped = ⏭ { $connector }, таблиц: { $count } ({ $entities }): { $why }
reason-job-more = …и ещё { $count }
reason-job-trimmed = { $table }: убрано старых строк: { $count }
reason-job-stopped = остановлено после шага { $step }, не выполнено шагов: { $count }
reason-job-stepBroke = шаг закончился неожиданно: { $text }
reason-job-nobody = в это время демон не работал
reason-job-nobodyYet = в это время демон не работал, выполнен запуск после него
reason-job-paused = на паузе
reason-job-pausedBy = на паузе ({ $who })
reason-job-overlap = предыдущий запуск ещё идёт
reason-job-queued = после предыдущего уже ждёт другой запуск
reason-several = { $whys }
reason-read-total = прочитано { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
}, а система насчитала { $total }; если она считает что-то другое: page.total: none
reason-read-pages = записи были на { $count ->
    [one] { $count } странице
   *[other] { $count } страницах
}, а система насчитала { $total }; если это что-то другое, уберите page.totalPages
reason-read-totalFell = во время чтения общее число упало с { $before } до { $after }; если это число о другом: page.total: none
reason-read-hasMore = список закончился, хотя page.hasMore говорит, что есть ещё
reason-read-hintedTotal = прочитано { $count ->
    [one] { $count } запись
    [few] { $count } записи
   *[many] { $count } записей
}, а { $pointer } в ответе говорит { $total }; укажите, как он делится на страницы, или page.total: none
reason-read-hintedPages = прочитано { $count ->
    [one] { $count } страница
    [few] { $count } страницы
   *[many] { $count } страниц
}, а { $pointer } в ответе говорит { $total }; укажите, как он делится на страницы, или page.total: none
reason-read-pastTotal = есть записи и после { $total }, которые насчитала система; если она считает что-то другое: page.total: none
reason-read-pastPages = есть записи и после страницы { $pages }, последней по page.totalPages; если это число о другом, уберите его
reason-read-pastHasMore = есть записи и после страницы, последней по page.hasMore; если этот признак о другом: page.hasMore: none
reason-read-again = записи пришли дважды: строки переходили со страницы на страницу, и другие могли потеряться; прочитать ещё раз не удалось: { $why }
reason-read-pastEmpty = за пустой страницей { $page } есть записи; объявите page.total или page.hasMore
reason-read-pastEnd = за страницей, принятой за последнюю, есть записи; объявите page.total или page.hasMore
reason-read-beyond = не удалось увидеть, есть ли страница после последней: { $why }
reason-read-hintedMore = { $pointer } в ответе говорит, что записей больше; укажите, как он делится на страницы, или page.hasMore: none
reason-read-hintedLink = { $pointer } в ответе называет следующую страницу; укажите page.type: link и page.next: { $pointer } или page.hasMore: none
reason-read-hintedCursor = { $pointer } в ответе называет следующую страницу; укажите page.type: cursor, page.next: { $pointer } и page.param или page.hasMore: none
reason-read-hintedHeader = { $pointer } в ответе называет следующую страницу; укажите page.type: link или page.hasMore: none
reason-read-pagingIgnored = страница { $page } повторяет страницу { $earlier }: система не смотрит на { $param }; укажите page.type: none, если всё в одном ответе, или page.until: short
reason-read-circle = страница { $page } повторяет страницу { $earlier }: система ходит по кругу; укажите page.total или page.until
reason-read-repeatedFull = страница { $page } повторяет полную страницу { $earlier }: это конец или дальше система не даёт читать; укажите page.total, page.totalPages или page.hasMore
reason-read-blank = на странице { $page } нет ни байта, даже заголовка, с которого начинается CSV, а это не пустой список: у пустого есть заголовок или ответ 204
reason-read-emptyLinked = пустая страница называет следующую; укажите page.type: link
reason-read-stuck = страница { $page } повторяет полную страницу { $earlier }: это конец или чтение застряло; укажите page.hasMore
reason-read-namedRepeats = страница { $page } повторяет страницу { $earlier }; верно ли указано { $key }?
reason-read-longName = страница { $page }: { $what } длиннее { $limit } символов, такого адреса не примет ни один сервер
reason-read-nameRepeated = страница { $page }: { $what } уже встречалось; укажите page.hasMore
reason-read-nextUndeclared = в ответе есть следующая страница; укажите page.type: link
reason-read-nextInvalid = ссылка на следующую страницу — не адрес
reason-read-nextForeign = ссылка на следующую страницу ведёт на другой сервер, { $origin }
reason-read-cursorMissing = полная страница без курсора; верно ли указано page.next?
reason-read-range = ответ — часть чего-то большего ({ $signs })
reason-read-noObject = ответ — не объект, в нём не прочесть общее число и курсор
reason-read-refusal = рядом с записями ответ говорит { $pointer }: { $value }; укажите fail.pointer: { $pointer } и fail.equals или fail: none
reason-read-parentGone = { $why }; его строки остались, а если у такого их нет: forEach.onStatus: empty
reason-read-parentsGone = { $why }; так же у других родителей: { $others }; их строки остались, а если у таких их нет: forEach.onStatus: empty
reason-read-parentRefused = родителей, по которым ничего не запрошено: { $count } ({ $parent }): { $why }; их строки оставлены
reason-read-parents = { $entity }, по строкам которой идут запросы, прочитана не вся: { $why }
reason-read-parentsUnread = { $entity }, по строкам которой идут запросы, ещё не читалась
reason-read-namelessParents = по строкам { $table } без значения для { $names } запросов не было
reason-read-noParents = ничего не запрошено: в { $table } нет строк, по которым идут запросы
reason-read-pagedTotal = прочитано записей: { $count }, а { $pointer } в ответе говорит { $total }; если это число записей списка, он разбит на страницы не так, как указано в `page`; если что-то другое: page.total: none
reason-read-pagedPages = прочитано страниц: { $count }, а { $pointer } в ответе говорит { $total }; если это страницы этого списка, он разбит на них не так, как указано в `page`; если что-то другое: page.total: none
reason-read-pagedMore = страницы кончились, а { $pointer } в ответе говорит, что записи ещё есть; если это об этом списке, он разбит на страницы не так, как указано в `page`; если о чём-то другом: page.hasMore: none
reason-read-oldParents = запросы построены по строкам таблицы { $table }, какими они были: { $entities } перед этим не читали
reason-read-pageCap = достигнут предел числа страниц: { $limit } (page.maxPages)
reason-read-endless = по ответу не отличить полный список от обрезанного
reason-request-failed = { $request }: { $why }
reason-request-tried = { $why } (попыток: { $count })
reason-request-answered = ответ { $status }: { $body }
reason-request-rateLimited = ответ { $status }: { $body }; если это часто, уменьшите limits.rate
reason-request-unauthorized = ответ { $status }: { $body }; проверьте доступ и права коннектора
reason-request-redirected = переадресует ({ $status }) на { $location }; укажите этот адрес
reason-request-unsendable = такой запрос нельзя отправить; проверьте baseUrl, path и body
reason-request-foreignHost = доступ только для baseUrl, а это другой сервер
reason-request-timeout = нет полного ответа за { $limit }; увеличьте limits.timeout или просите меньше за раз
reason-request-tooLarge = ответ больше { $limit } байт; читайте по страницам или увеличьте limits.maxBytes
reason-request-waitTooLong = система просит подождать { $wait }, это дольше limits.deadline
reason-request-circuitOpen = запроса не было: последние не удались; ждём { $wait }
reason-request-circuitTrying = запроса не было: последние не удались; сейчас идёт пробный
reason-request-compressed = ответ сжат как «{ $encoding }», об этом не просили
reason-request-compressionBroken = сжатие ответа { $encoding } повреждено или обрезано
reason-request-unexpected = ожидалось: { $expected }; { $found }; ответ начинается с { $begins }
reason-request-declaration = { $entity }: { $why }
reason-request-placeholder = у { $placeholder } в path нет значения; назовите его столбец в forEach
reason-request-otherAddress = { $placeholder } в path равно { $value }, и получился бы другой адрес; исправьте это значение или уберите его из того, что перебирает forEach
reason-request-header = в заголовке { $header } были бы символы не из Latin-1
reason-request-declaredFailure = ответ { $status } и то, что указано в `fail`: { $body }
reason-request-timezone = часовой пояс { $timezone } неизвестен
reason-run-elsewhere = уже обновляется другим запуском, этот ничего не делал
reason-run-exportElsewhere = уже выгружается другим запуском, этот ничего не делал
reason-run-interrupted = прервано
reason-run-deadline = не успело за { $limit } (limits.deadline)
reason-lock-held = { $table } заблокирована сеансом { $pid } ({ $who }); дождитесь его конца или завершите его: select pg_terminate_backend({ $pid })
reason-lock-ended = { $table } была заблокирована другой транзакцией, которая уже закончилась
reason-run-blocked = { $what }; { $why }
reason-run-notBegun = запуск не начинался
reason-run-partial = прочитано не всё: { $why }
reason-run-moving = записей пришло дважды: { $count }; строки переходят со страницы на страницу, и другие могли потеряться: ничего не удалено; попросите постоянный порядок, например по id
reason-run-partialKept = прочитано не всё: { $why }; ничего не удалено
reason-run-replacePartial = для замены нужно прочитать всё, а прочитано не всё: { $why }
reason-run-rejected = отклонено записей: { $rejected } из { $fetched }: { $common }
reason-run-refusedMany = отклонено больше записей, чем { $most }; первая: { $why }
reason-run-keyTaken = { $why } Эта строка вне области сущности ({ $scope }); добавьте это в ключ или заполняйте другую таблицу
reason-run-unfilled = { $text }; ни одно поле не заполняет этот столбец: опишите поле, задайте столбцу значение по умолчанию или разрешите NULL
reason-run-referred = ничего не удалено: строки таблицы { $table } ссылаются на исчезнувшие ({ $rule }); сначала удалите их или укажите в ограничении, что с ними делать, и guard.cascade: allow
reason-run-keyless = записей без читаемого ключа: { $count }, поэтому ничего не удалено
reason-run-keysBeyond = ключей отклонённых записей больше, чем хранится до конца чтения (не хранится: { $count }), поэтому ничего не удалено
reason-run-repaired = текстов с NUL или испорченным Юникодом: { $count }, заменено на U+FFFD
reason-run-crossed = записей с ключом записи другого родителя: { $count }, например { $key }; строкой стала только последняя из них; добавьте в ключ поле, которое называет родителя: { $field }
reason-run-folded = повторов ключа: { $count }, взята последняя запись
reason-run-stagingLost = база потеряла подготовленные строки (её перезапустили), они не загружены; следующий запуск прочитает их заново
reason-run-takenOver = другой процесс взял эту таблицу, пока она читалась, и прочитанное не загружено
reason-run-afterCheckpoint = { $why }; из прочитанного до этого загружено строк: { $rows }
reason-run-defect = ошибка в самом Tributary: { $text }
reason-run-cursorsUnread = не удалось прочитать курсоры: { $why }
reason-database-told = { $what }; PostgreSQL: { $text }
reason-database-login = база данных не пускает Tributary: неверные имя или пароль либо запрет
reason-database-right = роли, под которой Tributary входит в базу, не хватает прав
reason-database-readOnly = база данных сейчас только для чтения: это реплика, или запись выключена
reason-database-disk = на диске базы данных кончилось место
reason-database-memory = базе данных не хватило памяти
reason-database-connections = у базы данных не осталось свободных подключений
reason-database-deadlock = запись и другой сеанс ждали друг друга при каждой попытке
reason-database-conflict = другой сеанс менял те же строки при каждой попытке
reason-database-ended = запрос прерван: вышел срок database.statementTimeout, или его остановил администратор
reason-database-gone = такой базы данных больше нет
reason-database-fault = сбой внутри самого PostgreSQL, подробности в его журнале
reason-run-database = PostgreSQL: { $text }
reason-run-forEach = forEach: { $why }
reason-guard-empty = источник пуст: удаление всех строк ({ $count }) задержано (guard.empty: refuse)
reason-guard-rejects = отклонено записей: { $rejected } из { $fetched }, а guard.maxReject { $limit }: удаление задержано, строк: { $count }
reason-guard-share = в источнике больше нет { $gone } из { $rows } строк, а guard.maxDelete { $limit }: удаление задержано
reason-guard-cascade = в источнике больше нет строк: { $count }, а внешние ключи ({ $rules }) вместе с ними удалили бы в { $tables } строк: { $removed } и изменили бы: { $changed }; удаление задержано (guard.cascade: refuse)
reason-guard-cascadeUnseen = в источнике больше нет строк: { $count }, а что внешние ключи ({ $rules }) удалили бы или изменили вместе с ними в { $tables }, этой роли базы данных не видно; удаление задержано (guard.cascade: refuse)
reason-load-cascade = вместе с удаляемым внешние ключи ({ $rules }) удаляют в { $tables } строк: { $removed } и изменяют: { $changed }
reason-load-cascadeFurther = на удаляемые вместе с этим строки { $tables } ссылаются другие; они тоже могут быть удалены или изменены и не подсчитаны
reason-load-cascadeUnseen = что внешние ключи ({ $rules }) удаляют или изменяют в { $tables } вместе с удаляемым, этой роли базы данных не видно и не подсчитано
reason-load-unwritten = строк нет в таблице, хотя PostgreSQL не сообщил об ошибке: { $count } ({ $keys }); их не пропустил триггер или политика таблицы, или триггер дал им другой ключ
reason-load-undeleted = строк больше нет в источнике, но они остались в таблице: { $count } ({ $keys }); их удерживает триггер или политика таблицы; если так и задумано, укажите mode: upsert, он ничего не удаляет
reason-load-keyless = в { $table } строки без { $key }: { $count }; чьи они, сказать нельзя, поэтому их не трогали. Дайте каждой ключ или удалите: { $statement }
reason-load-alike = записи с разными ключами стали одной строкой: { $count }; например, { $first } и { $last }: таблица считает эти ключи равными ({ $how }), остаётся последняя. Если строк должно быть две, дайте столбцу тип и collation, которые их различают
reason-load-raced = строк записано или удалено не так, как задумано: { $count }; в тот же миг таблицу изменил другой сеанс, или у неё появился триггер
reason-load-altered = триггер таблицы изменил значения столбца { $column }: { $count }; например, { $key }: пришло { $came }, стало { $held }
reason-load-rounded = столбец { $column } в таблице — { $type }, точно он не хранит значений: { $count }; например, { $key }: пришло { $came }, станет { $held }
reason-plan-noParents = запросы строятся по строкам таблицы { $table }, которой ещё нет; загрузите сущность, которая её наполняет, и постройте план снова
reason-plan-configuration = конфигурация с тех пор изменилась, запланируйте ещё раз.
reason-plan-errors = В плане есть ошибки ({ $errors }); запланируйте ещё раз или без этих таблиц.
reason-plan-entityError = { $entity }: { $why }
reason-plan-noEntity = Нет таблицы { $entity }.
reason-plan-table = таблица { $table } с тех пор изменилась, запланируйте ещё раз.
reason-plan-rows = { $count ->
    [one] { $count } строка уже не такая, какой её видел план
    [few] { $count } строки уже не такие, какими их видел план
   *[many] { $count } строк уже не такие, какими их видел план
}, поэтому ничего не сделано; запланируйте ещё раз
reason-plan-untried = что видно только при записи (длины, ограничения), станет известно, когда план будет применён: { $why }
reason-plan-triggers = у таблицы есть триггеры её владельца, план их не запускает ({ $triggers })
reason-plan-changesFirst = таблица { $table }, на которую ведут её внешние ключи, сначала должна быть изменена, а это тоже не проверено
reason-plan-columnsFirst = сначала нужно добавить или расширить столбцы таблицы { $table } ({ $columns })
reason-plan-refused = из плана пропущены строки, которые PostgreSQL не принял: { $count } ({ $keys }): { $common }
reason-plan-parents = план построен по плану для { $entities }, а тот выполнен не целиком; запланируйте ещё раз
reason-table-unchangeable = { $table } нельзя сделать такой, как указано: { $why }
reason-table-lookupMissing = { $entity } ищет названия в { $table }, а её ещё нет; сначала обновите то, что её заполняет
reason-table-narrower = { $column } в базе { $existing }, а указано { $declared }; Tributary никогда не сужает столбец. Укажите { $fit } или измените таблицу сами: { $statement }
reason-table-foreignType = { $column } в базе { $existing }, а указано { $declared }; Tributary никогда не сужает столбец. Так не хранится ни один тип, измените таблицу сами: { $statement }
reason-table-view = { $table } в базе — представление, а не таблица; укажите таблицу, из которой оно сделано, или другое название
reason-table-rules = у { $table } есть правила, которые переписывают запись в неё ({ $rules }), через них PostgreSQL ничего не загружает; замените их триггером или удалите: { $statement }
reason-table-computed = { $column } заполняет сам PostgreSQL (generated always): уберите поле из описания или измените таблицу вручную: { $statement }
reason-table-unfilled = В { $table } есть столбцы без значения по умолчанию, которые не принимают NULL, и ни одно поле их не заполняет ({ $columns }): таблица отвергла бы каждую новую строку. Опишите их или измените таблицу вручную: { $statement }
reason-table-roundedKey = { $column } входит в ключ, а { $existing } его округлит; измените таблицу сами: { $statement }
reason-table-bound = в { $table } нужно расширить столбцы ({ $columns }), но PostgreSQL не меняет тип столбца, от которого зависит что-то ещё: { $what }. Укажите то, что хранит таблица ({ $fits }), или уберите это, дайте Tributary изменить таблицу и создайте снова: { $statement }
reason-table-duplicateKeys = в { $table } есть ключи сразу у нескольких строк: { $count } ({ $keys }), поэтому уникальный индекс по { $key }, по которому находят строки, создать нельзя. Вот эти строки: { $statement }; когда у каждого ключа останется одна, Tributary создаст индекс сам: { $index }
reason-table-indexTaken = в { $table } нет уникального индекса по { $key }, по которому находят строки, а имя для него занято: { $name } — это { $definition }. Удалите или переименуйте его: { $statement }
reason-table-unseenType = { $column } входит в ключ, а его типа { $existing } нет в search_path, и PostgreSQL различал бы здесь то, что таблица считает равным; пусть роль Tributary его находит: { $statement }
reason-table-otherKey = ключ { $table } в базе { $existing }, а указан { $declared }; строки с одним ключом не сравнить по другому. Укажите key: [{ $existing }] или прочитайте всё заново: { $statement }
reason-export-sameColumn = в запросе два столбца «{ $column }»: назовите один из них иначе
reason-export-queryTimeout = запрос шёл дольше { $limit }: ускорьте его или увеличьте `timeout`
reason-export-tooManyRows = в запросе больше { $limit } строк: ограничьте его условием или пределом
reason-export-notWritable = в { $connector } нельзя писать
reason-export-longNumbers = в «{ $header }» есть числа длиннее, чем хранит { $system }: они записаны текстом
reason-export-noRows = запрос не даёт ни одной строки: строки таблицы остались как были
reason-export-mostGone = запрос больше не даёт { $gone } из { $rows } строк: больше половины не удаляется, проверьте запрос
reason-export-writtenIn = запрос больше не даёт строк { $cells }: они остались, потому что там кто-то что-то написал; удалите их или написанное
reason-export-unread = { $cells }: ошибка — ничей ключ, эти строки остались как были
reason-export-cell = { $cell } — { $error }
reason-export-moreCells = ещё ячеек: { $count }
reason-export-waits = новые строки подождут, пока ключи загрузятся: их добавит следующий запуск
reason-export-parts = больше, чем вмещает один запрос: записано частями ({ $count }), каждая из целых строк
reason-export-crossed = таблицу меняли в самый момент записи: посмотрите, что стоит возле { $cells }
reason-export-unseen = записано, но проверить не удалось: { $why }
reason-export-busy = таблицу всё время меняют, ничего не записано: запустите позже
reason-export-busyPartly = таблицу всё время меняют, записана часть, целыми строками: запустите позже
reason-export-partly = до этого записана часть, целыми строками: запустите ещё раз
reason-export-open = возможно, записано: следующий запуск посмотрит
reason-cursor-allFuture = все значения { $column } в будущем, поэтому курсора нет и следующий запуск прочитает всё заново
reason-cursor-readAgain = записей пришло дважды: { $count }; строки переходили со страницы на страницу, поэтому всё прочитано ещё раз, найдено пропущенных: { $found }
reason-cursor-silent = ни один ответ не дал курсора в { $pointer } (incremental.from), поэтому следующий запуск прочитает всё заново
reason-unknown-cursor = { $entity } читается каждый раз целиком, { $option } ничего не меняет
reason-cursor-passed = курсор прошёл { $count ->
    [one] { $count } отклонённую запись
    [few] { $count } отклонённые записи
   *[many] { $count } отклонённых записей
}; их не спросят снова, пока не изменятся они или их описание
reason-cursor-noneYet = курсора ещё нет, и следующий запуск прочитает всё заново: были отклонены записи; исправьте их или идите дальше: sync --past-rejected { $entity }
reason-cursor-waits = курсор стоит на { $value } уже { $age }: были отклонены записи; исправьте их или идите дальше: sync --past-rejected { $entity }
reason-cursor-emptied = таблицу очистили, пока она заполнялась, поэтому следующий запуск прочитает всё заново
reason-cursor-disordered = записи идут не по возрастанию { $column }, хотя так объявлено (incremental.ordered): внутри запроса курсор не двигается
reason-cursor-parentless = ключ не называет родителя, а чтение изменений не видит, что у записей двух родителей один ключ, и останется последняя; добавьте в ключ поле вроде { $field } или укажите unique: true
reason-cursor-stays = курсор остался на месте, потому что пришедших строк нет в таблице; исправьте это или идите дальше: sync --past-rejected { $entity }
reason-read-whole = прочитано всё, а не только изменения: { $whys }
reason-read-wholeParts = целиком, а не только изменения, прочитано родителей: { $count } из { $parts }: { $whys }
reason-whole-none = курсора ещё нет
reason-whole-declaration = объявление изменилось
reason-whole-table = таблица создана заново
reason-whole-empty = таблица пуста
reason-whole-future = курсор в будущем
reason-whole-parent = родитель пропадал и вернулся
reason-whole-full = попросили прочитать всё
reason-whole-shared = вместе с { $entity }, а у неё { $why }
reason-field-kept = поля столбца { $column } не было ни в одной записи (всего { $fetched }): значения в { $lost } из { $rows } строк оставлены (больше guard.maxDelete { $limit }); чтобы они ушли, укажите у поля optional: true
reason-field-keptSince = поля столбца { $column } не было ни в одной из изменившихся записей (всего { $fetched }): значения в { $lost } из { $rows } строк оставлены (больше guard.maxDelete { $limit }), следующий запуск прочитает всё и проверит; если поля может не быть, укажите у него optional: true
reason-field-emptied = поля столбца { $column } не было ни в одной записи (всего { $fetched }): значения в { $lost } из { $rows } строк убраны; если так и надо, укажите у поля optional: true
reason-confirm-partial = прочитано не всё: { $why }
reason-confirm-keyless = записей без читаемого ключа: { $count }
reason-confirm-moving = записей пришло дважды: { $count }; строки переходят со страницы на страницу, и другие могли потеряться; попросите постоянный порядок, например по id
reason-confirm-empty = источник оказался пуст
reason-confirm-failed = не удалось: { $why }
reason-confirm-notMade = его не было
reason-confirm-kept = { $count ->
    [one] не удалена { $count } строка
    [few] не удалены { $count } строки
   *[many] не удалено { $count } строк
}: второе чтение, в котором их тоже не должно быть, ничего не доказало: { $why }
reason-confirm-slid = { $count ->
    [one] { $count } строка нашлась
    [few] { $count } строки нашлись
   *[many] { $count } строк нашлось
} только при втором чтении списка: строки переходят со страницы на страницу, пока он читается; запросите устойчивый порядок, например по id, если система его даёт
reason-confirm-replace = чтобы удалять, замене нужно второе чтение, а оно ничего не доказало: { $why }
reason-live-noParent = запросы строятся по строкам { $table }, а на первой странице источника этой таблицы нет ни одной
reason-confirm-next = впервые нет в источнике строк: { $count }; они удалятся, если их не найдёт и следующее полное чтение (guard.confirm: next)
reason-config-unwritable = { $file } нельзя записать ({ $why }). Дайте демону право писать в { $directory }.
reason-config-editedMeanwhile = { $file } тем временем изменил кто-то другой: посмотрите ещё раз и повторите правку.
reason-config-noFile = { $file } — не файл конфигурации: бывают { $known } и connectors/<имя>.yaml.
reason-config-link = { $file } ведёт в другое место и не тронут: измените файл, на который он указывает.
reason-config-unread = Конфигурацию не прочесть: { $why }
reason-field-vanished = объявленных полей нет ни в одной записи, { $count }: { $columns }; если так и надо, укажите optional: true
reason-field-returned = объявленные поля снова есть в записях, { $count }: { $columns }
reason-field-appeared = у источника новые поля, которые не объявлены, { $count }: { $fields }
reason-field-gone = новых необъявленных полей больше нет ни в одной записи, { $count }: { $fields }
reason-alert-fields = { $entity }: у источника не те поля, что прежде:
    { $whys }
reason-alert-fieldsMany = у таблиц { $connector } не те поля, что прежде, { $count } ({ $entities }), среди них: { $why }
reason-config-cut = { $file } похож на обрезанный: с остатком пропали бы объявления, { $count } ({ $names }). Если так и надо, перезагрузите конфигурацию; если нет, сохраните файл целиком ещё раз.
reason-config-newSecret = правка из чата не может дать секрет { $name } файлу { $file } для адреса { $host }: сейчас у него этого нет
reason-config-newVariable = правка из чата не может дать переменную { $name } файлу { $file } для адреса { $host }: сейчас у него этого нет
reason-config-newDestination = правка из чата не может направить { $name } в { $destination }: сейчас туда ничего не пишется
reason-config-usualHost = своего обычного
reason-config-onMachine = измените файл на самой машине и выполните там `tributary reload`
reason-config-refused = { $why }; { $hint }
reason-variable-reserved = переменная { $name } может содержать секрет, как текст она не читается
reason-variable-other = дайте значению переменную с другим именем
reason-config-defect = неожиданно закончилось: { $why }
reason-answer-jsonRoot = JSON, а в нём сразу список
reason-answer-json = JSON, а в нём список по адресу { $pointer }
reason-answer-ndjson = по значению JSON в строке
reason-answer-xml = XML, а в нём элементы { $path }
reason-answer-csv = CSV со строкой заголовков
reason-answer-page = ответ — страница HTML: прокси или перезапуск
reason-answer-root = корень — { $element }
reason-answer-noCharset = его кодировка названа «{ $charset }», такой не знаем; объявите `charset`
reason-answer-otherCharset = его прочли бы как { $told }, а байты похожи на { $charset }: объявите `charset: { $charset }`
reason-answer-utf32 = это UTF-32, её не читаем; пусть система отвечает в UTF-8
reason-answer-noValue = по адресу { $pointer } ничего нет
reason-answer-noArray = списка нет
reason-answer-otherHeader = в заголовке первой страницы есть имена, которых здесь нет ({ $names })
reason-answer-noHeader = в первой строке, заголовке, нет ни одного объявленного поля ({ $fields })
reason-answer-alikeHeader = в заголовке { $name } стоит несколько раз ({ $count }); объявите, какое нужно, например { $name }_1
reason-answer-brokenHeader = в строке { $line }, заголовке, что-то стоит за концом имени в кавычках
reason-answer-otherSeparator = в строке заголовка разделитель { $separator }; объявите `separator: { $separator }`
reason-answer-openQuote = кавычка, которая открывает ячейку в строке { $line }, не закрыта
reason-answer-longQuote = запись длиннее { $limit } знаков: кавычка, которая открывает ячейку в строке { $line }, не закрыта, или нужно увеличить limits.maxHeld
reason-answer-cutLine = последняя строка обрезана
reason-answer-noJsonLine = строка не JSON
reason-answer-noJson = рядом с записями неправильный JSON, после символа { $offset }
reason-answer-longRecord = запись длиннее { $limit } символов; увеличьте limits.maxHeld
reason-answer-longBeside = имя или число рядом с записями длиннее { $limit } символов
reason-answer-longPage = ответ читается целиком, а в нём больше { $limit } символов; читайте по страницам или увеличьте limits.maxHeld
reason-answer-manyValues = в одной записи больше { $limit } значений
reason-answer-manyQuotes = в одной записи больше { $limit } кавычек
reason-answer-longNumber = в числе больше { $limit } цифр
reason-answer-deepXml = элементы вложены глубже { $limit } уровней, строка { $line }, столбец { $column }
reason-answer-nearCharacter = { $what } возле символа { $offset }
reason-read-cursor = курсор
reason-read-nextLink = ссылка на следующую
