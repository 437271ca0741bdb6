menu-config = ⚙️ Конфигурация
command-config = Конфигурация: посмотреть и изменить
config-front = <b>⚙️ Конфигурация</b>
    Систем: { $connectors }, таблиц: { $entities }, заданий: { $jobs }

    📦 — что объявлено, 📄 — прислать файл. Измените его и пришлите обратно: я проверю и спрошу, прежде чем записать. Новый файл — с подписью <code>connectors/имя.yaml</code>
config-entity = → <code>{ $table }</code>, { $mode }, полей: { $fields }
config-jobs = ⏰ { $jobs }
config-no-job = только вручную
config-versions = 🕘 Версии
config-versions-title = <b>🕘 Последние загрузки</b>

config-checking = ⏳ Проверяю…
config-too-large = Файл больше { $kilobytes } КБ. Конфигурация такой не бывает: проверьте, тот ли это файл.
config-not-utf8 = Это не текст в UTF-8. Сохраните файл в кодировке UTF-8 и пришлите ещё раз.
config-which = Непонятно, какой это файл: <code>{ $name }</code>. Есть: { $files }. Назовите файл так же или напишите путь в подписи, например <code>connectors/new.yaml</code>
config-same = <code>{ $name }</code>: в файле уже всё так.
config-invalid = ❌ <code>{ $name }</code>: ошибка, ничего не записано.
config-valid = <code>{ $name }</code>: проверено. Записать?
config-new = <code>{ $name }</code>: новый файл, проверен. Записать?
config-whole-patch = Все изменения целиком
config-write = 💾 Записать
config-drop = 🗑 Не нужно
config-dropped = отброшено, ничего не изменилось.
config-writing = ⏳ Записываю { $name }…
config-written = 💾 <code>{ $name }</code> записан.
config-not-taken = <code>{ $name }</code> возвращён, как был.
config-removed = 🗑 <code>{ $name }</code> убран.
config-remove = 🗑 Убрать этот файл
config-previous = ↩️ Вернуть прежнюю версию
config-unwritable = ❌ Ничего не записано: { $why }

    Если каталог доступен только для чтения, подключите его с правом записи или измените файл там, откуда он берётся, и нажмите /reload
