command-unknown = Отправлено, и неизвестно, дошло ли
menu-unknown = ❓ Дошло ли
unknown-none = Всё отправленное дошло или точно не дошло 👍
unknown-title = ❓ <b>Неизвестно, дошло ли</b>
    Связь оборвалась, когда это отправлялось. Посмотрите в самой системе, есть ли оно там, и скажите здесь:
unknown-of = <code>{ $action }</code>, { $at }, { $by }
unknown-looking = ⏳ Смотрю, не нашлось ли оно само…
unknown-unknown = Есть ли оно там? Если «не дошло», его можно будет отправить ещё раз.
unknown-sending = ⏳ Как раз отправляется.
unknown-done = ✅ Дошло.
unknown-failed = ❌ Не дошло.
unknown-unknown-by = { $by }: неизвестно, дошло ли.
unknown-sending-by = ⏳ Как раз отправляется ещё раз.
unknown-done-by = ✅ { $by }: дошло. Повторно это не отправится.
unknown-failed-by = ❌ { $by }: не дошло. Можно отправить ещё раз.
unknown-say-done = ✅ Дошло
unknown-say-failed = ❌ Не дошло
