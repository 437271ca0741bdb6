command-invoices = Приходные накладные
menu-invoices = 📥 Накладные

invoices-title = 📥 <b>Приходные накладные</b>
    { $name }, { $days ->
    [1] сегодня
    [one] за { $days } день
    [few] за { $days } дня
   *[many] за { $days } дней
}
invoices-none = За это время накладных не было.
invoices-period = { $days ->
    [1] Сегодня
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
invoices-head = от { $day }, { $supplier }
invoices-sum = { $sum } ₽
invoices-store = Склад: { $store }
invoices-new = не проведена
invoices-processed = проведена
invoices-deleted = удалена
invoices-no-supplier = поставщик не указан
invoices-no-product = товар не найден
invoices-empty = В накладной нет строк.
invoices-line = { $amount } × { $price } = { $sum } ₽
