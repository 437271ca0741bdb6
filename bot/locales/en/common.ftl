language-ru = Русский
language-en = English

menu-title = Hello, <b>{ $name }</b>! What shall we do?
menu-title-at = <b>{ $name }</b>, { $department }. What shall we do?
menu-daily = · Restaurant ·
menu-running = · Daemon ·
menu-back = « Menu
back = « Back
cancel = Cancel
command-menu = The main menu

topic-lost = I cannot write in the topic { $topic } of this group any more: it was deleted or closed. What belongs there comes here until another one stands in bot.yaml (/id in a topic says what to write).
group-anonymous = You write in the name of the group, and I cannot see who you are. Turn anonymity off, or write to me in private.
working = ⏳ One moment…
work-interrupted = The bot was restarted, the outcome will not come here. What was done is in the log: /log
offer-gone = This is no longer there: somebody has decided already, or it took too long.

failure-database = The database does not answer, or it lacks what this needs. Try again in a minute; if that does not help, tell an admin.
failure-telegram = Telegram refused. Try again: /menu
failure-unexpected = Something broke, and it is our mistake. It is in the log. Try again: /menu
failure-other = That did not work: { $why }

span-minutes = { $minutes } min
span-hours = { $hours } h { $minutes } min
span-days = { $days } d { $hours } h
