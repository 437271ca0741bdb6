/** The invented buyers and offers, computed from their numbers. */

const firstNames = ["Anna", "Piotr", "Maria", "Tomasz", "Zofia", "Marek", "Ewa", "Łukasz", "Hanna", "Adam", "Julia"]
const surnames = ["Wierzba", "Jesion", "Topola", "Kalina", "Jarzębina", "Olcha", "Leszczyna", "Głóg", "Klon"]
const cities = [
  { city: "Poznań", zip: "60-166", street: "Grunwaldzka" },
  { city: "Gdańsk", zip: "80-001", street: "Długa" },
  { city: "Łódź", zip: "90-001", street: "Piotrkowska" },
  { city: "Kraków", zip: "30-001", street: "Floriańska" },
  { city: "Wrocław", zip: "50-001", street: "Świdnicka" }
]
const goods = ["Kubek emaliowany", "Lampion ogrodowy", "Szalik wełniany", "Latawiec", "Zegar ścienny", "Plecak 20 l"]

export const methods = [
  { id: "1fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: "Paczkomat", point: "POZ08A", cost: 1_099 },
  { id: "2fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: "Kurier", point: undefined, cost: 1_499 },
  { id: "3fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: "Punkt odbioru", point: "GDA12", cost: 899 },
  { id: "4fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: "Kurier, darmowa dostawa", point: undefined, cost: 0 }
] as const

const at = <A>(all: ReadonlyArray<A>, number: number, fallback: A): A => all[number % all.length] ?? fallback

export const personOf = (number: number) => {
  const place = at(cities, Math.floor(number / 3), { city: "Poznań", zip: "60-166", street: "Grunwaldzka" })
  return {
    firstName: at(firstNames, number, "Anna"),
    lastName: at(surnames, Math.floor(number / 11), "Wierzba"),
    street: `${place.street} ${1 + (number % 120)}`,
    city: place.city,
    zip: place.zip,
    phone: `+48 500 ${String(100_000 + number).slice(0, 3)} ${String(number % 1_000).padStart(3, "0")}`,
    company: number % 7 === 0 ? `Firma ${number} Sp. z o.o.` : undefined
  }
}

export const buyerOf = (number: number) => ({
  id: String(20_000_000 + number),
  email: `kupujacy+${number}@example.test`,
  login: `Client:${20_000_000 + number}`,
  guest: number % 23 === 0,
  preferences: { language: number % 9 === 0 ? "cs-CZ" : "pl-PL" }
})

/** `price` in grosze. */
export const offerOf = (seller: number, number: number) => ({
  id: String(12_345_000_000 + seller * 1_000 + number),
  name: `${at(goods, number, "Kubek emaliowany")} nr ${number}`,
  external: { id: `SKU-${number}` },
  price: 990 + ((number * 1_733) % 24_000)
})

/** Money is text in the vendor's answers. */
export const priceOf = (grosze: number) => ({ amount: (grosze / 100).toFixed(2), currency: "PLN" })
