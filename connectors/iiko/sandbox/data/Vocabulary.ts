/** The vocabulary of the invented chain. */
import type { NonEmptyReadonlyArray } from "effect/Array"

export const restaurants: NonEmptyReadonlyArray<{ readonly name: string; readonly department: string }> = [
  { name: "Мира", department: "Кафе на Мира" },
  { name: "Гагарина", department: "Кафе на Гагарина" },
  { name: "Светлогорск", department: "Кафе в Светлогорске" }
]

export const storeTypes = ["Бар", "Кухня", "Хоз. товары", "Витрина"] as const

export const roles = [
  ["BAR", "Бармен"],
  ["BARM", "Бар-менеджер"],
  ["CK", "Повар"],
  ["SCK", "Су-шеф кухни"],
  ["CHEF", "Шеф-повар"],
  ["MNG", "Управляющий"],
  ["WTR", "Официант"],
  ["CSH", "Кассир"],
  ["CNF", "Кондитер"],
  ["ACC", "Бухгалтер"],
  ["CLN", "Уборщик"],
  ["HST", "Хостес"]
] as const

export const surnames = [
  "Петров",
  "Иванов",
  "Соколов",
  "Кузнецов",
  "Попов",
  "Лебедев",
  "Козлов",
  "Новиков",
  "Морозов",
  "Волков",
  "Зайцев",
  "Павлов",
  "Семёнов",
  "Голубев",
  "Виноградов",
  "Богданов",
  "Воробьёв",
  "Фёдоров",
  "Михайлов",
  "Беляев"
] as const

/** First name and a matching patronymic. */
export const women: NonEmptyReadonlyArray<readonly [string, string]> = [
  ["Анна", "Ивановна"],
  ["Мария", "Сергеевна"],
  ["Екатерина", "Андреевна"],
  ["Ольга", "Викторовна"],
  ["Дарья", "Олеговна"],
  ["Юлия", "Павловна"]
]
export const men: NonEmptyReadonlyArray<readonly [string, string]> = [
  ["Алексей", "Игоревич"],
  ["Дмитрий", "Николаевич"],
  ["Иван", "Петрович"],
  ["Сергей", "Александрович"],
  ["Никита", "Юрьевич"],
  ["Павел", "Дмитриевич"]
]

export const systemUsers = ["Системная учетная запись", "iikoFront", "Пользователь для API", "Обмен данными"] as const

export const supplierForms = ["ООО", "ИП", "АО", "ООО ТД"] as const
export const supplierNames = [
  "Балтийский молочник",
  "Янтарь Фуд",
  "Прибалтийский хлеб",
  "Кофе-Вест",
  "Рыбный порт",
  "Зелёная ферма",
  "Мясной двор",
  "Вектор Упаковка",
  "Чистый дом",
  "Северный виноград"
] as const

/** Write-off accounts: the position's word in the name determines a person's accounts. */
export const writeoffAccounts = [
  "Списание бар",
  "Списание бар (порча)",
  "Списание бар (бой посуды)",
  "Списание бар (дегустация)",
  "Списание кухня",
  "Списание кухня (порча)",
  "Списание кухня (проработка)",
  "Списание кухня (питание персонала)",
  "Списание хоз. товаров"
] as const

export const chainAccounts = [
  ["5.01", "Задолженность перед поставщиками", "ACCOUNTS_PAYABLE"],
  ["4.01", "Торговая выручка", "INCOME"],
  ["4.02", "Выручка доставки", "INCOME"],
  ["4.08", "Прочие доходы", "OTHER_INCOME"],
  ["5.10", "Расходы на продукты", "COST_OF_GOODS_SOLD"],
  ["1.01", "Главная касса", "CASH"],
  ["1.02", "Расчётный счёт", "CURRENT_ASSET"],
  ["3.01", "Капитал", "EQUITY"],
  ["2.01", "Задолженность перед сотрудниками", "EMPLOYEES_LIABILITY"],
  ["2.05", "Депозиты гостей", "CLIENTS_LIABILITY"],
  ["1.07", "Подотчётные суммы", "DEBTS_OF_EMPLOYEES"],
  ["5.02", "Недостача инвентаризации", "OTHER_EXPENSES"],
  ["4.05", "Излишки инвентаризации", "OTHER_INCOME"]
] as const

/** Accounts that every restaurant has. */
export const restaurantAccounts = [
  ["Касса", "CASH"],
  ["Торговая выручка", "INCOME"],
  ["Выручка бара", "INCOME"],
  ["Выручка кухни", "INCOME"],
  ["Себестоимость", "COST_OF_GOODS_SOLD"],
  ["Аренда", "EXPENSES"],
  ["Электричество", "EXPENSES"],
  ["Вода и канализация", "EXPENSES"],
  ["Отопление", "EXPENSES"],
  ["Интернет и связь", "EXPENSES"],
  ["Заработная плата", "EXPENSES"],
  ["Налоги на зарплату", "EXPENSES"],
  ["Премии", "EXPENSES"],
  ["Обучение", "EXPENSES"],
  ["Медосмотры", "EXPENSES"],
  ["Форма персонала", "EXPENSES"],
  ["Реклама", "EXPENSES"],
  ["Эквайринг", "EXPENSES"],
  ["Банковские услуги", "EXPENSES"],
  ["Охрана", "EXPENSES"],
  ["Вывоз мусора", "EXPENSES"],
  ["Дератизация", "EXPENSES"],
  ["Ремонт оборудования", "EXPENSES"],
  ["Ремонт помещений", "EXPENSES"],
  ["Посуда и инвентарь", "EXPENSES"],
  ["Хозяйственные расходы", "EXPENSES"],
  ["Канцелярия", "EXPENSES"],
  ["Такси и доставка", "EXPENSES"],
  ["Лицензии и подписки", "EXPENSES"],
  ["Музыка", "EXPENSES"],
  ["Прочие расходы", "OTHER_EXPENSES"],
  ["Штрафы", "OTHER_EXPENSES"],
  ["Чаевые", "OTHER_CURRENT_LIABILITY"],
  ["Предоплаты гостей", "CLIENTS_LIABILITY"],
  ["Обеспечительный платёж", "OTHER_CURRENT_ASSET"]
] as const
