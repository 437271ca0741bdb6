command-invoices = Incoming invoices
menu-invoices = 📥 Invoices

invoices-title = 📥 <b>Incoming invoices</b>
    { $name }, { $days ->
    [1] today
   *[other] the last { $days } days
}
invoices-none = There were none in this time.
invoices-period = { $days ->
    [1] Today
   *[other] { $days } days
}
invoices-head = of { $day }, { $supplier }
invoices-sum = { $sum } ₽
invoices-store = Store: { $store }
invoices-new = not posted
invoices-processed = posted
invoices-deleted = deleted
invoices-no-supplier = no supplier named
invoices-no-product = product unknown
invoices-empty = The invoice has no lines.
invoices-line = { $amount } × { $price } = { $sum } ₽
