departments-own = First choose the restaurant you work in.
departments-choose = 🏠 Choose a restaurant
departments-which = Which restaurant shall I show?
departments-all = All restaurants
departments-other = 🏠 Another restaurant
