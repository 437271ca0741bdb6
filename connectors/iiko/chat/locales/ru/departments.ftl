departments-own = Сначала выберите, в каком ресторане вы работаете.
departments-choose = 🏠 Выбрать ресторан
departments-which = Какой ресторан показать?
departments-all = Все рестораны
departments-other = 🏠 Другой ресторан
