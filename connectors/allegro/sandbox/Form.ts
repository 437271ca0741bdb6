/** An order as the vendor shows it at a moment: what has happened by then. */
import { day, isoOf, type Purchase, type StepKind } from "./Model.ts"
import { buyerOf, methods, offerOf, personOf, priceOf } from "./People.ts"
import type { AllegroState } from "./State.ts"

/** The time of the last step of each kind that has happened. */
type Happened = Partial<Record<StepKind, number>>

const happenedIn = ({ steps }: Purchase, now: number): Happened =>
  Object.fromEntries(steps.filter(({ at }) => at <= now).map(({ at, kind }) => [kind, at]))

/** A change of the fulfilment leaves the time and the revision of the order as they were. */
const silent: ReadonlySet<StepKind> = new Set(["processing", "sent", "pickedUp", "returned", "panelCancelled"])

const lastChange = ({ steps }: Purchase, now: number) => {
  const loud = steps.filter(({ at, kind }) => at <= now && !silent.has(kind))
  return { at: Math.max(...loud.map(({ at }) => at)), count: loud.length }
}

export const revisionOf = (purchase: Purchase, now: number): string =>
  `${purchase.id.slice(0, 7)}${lastChange(purchase, now).count % 10}`

const statusOf = (done: Happened): string => {
  if (done.buyerCancelled !== undefined || done.autoCancelled !== undefined) return "CANCELLED"
  if (done.ready !== undefined) return "READY_FOR_PROCESSING"
  return done.filledIn === undefined ? "BOUGHT" : "FILLED_IN"
}

const fulfillmentOf = (done: Happened): string => {
  if (done.panelCancelled !== undefined) return "CANCELLED"
  if (done.returned !== undefined) return "RETURNED"
  if (done.pickedUp !== undefined) return "PICKED_UP"
  if (done.sent !== undefined) return "SENT"
  return done.processing === undefined ? "NEW" : "PROCESSING"
}

const methodOf = ({ method }: Purchase) => methods[method] ?? methods[0]

export const lineItemOf = ({ seller }: Purchase, item: Purchase["items"][number]) => {
  const { price, ...offer } = offerOf(seller.number, item.offer)
  const shown = priceOf(price)
  return {
    id: item.id,
    offer,
    quantity: item.quantity,
    originalPrice: shown,
    price: shown,
    boughtAt: isoOf(item.boughtAt)
  }
}

const sumOf = (purchase: Purchase): number =>
  purchase.items.reduce((sum, { offer, quantity }) => sum + offerOf(purchase.seller.number, offer).price * quantity, 0)

const paymentOf = (purchase: Purchase, done: Happened) => {
  const { id, isCash } = purchase.payment
  if (done.filledIn === undefined) return {}
  const paidAmount = priceOf(sumOf(purchase) + methodOf(purchase).cost)
  if (isCash) return { payment: { id, type: "CASH_ON_DELIVERY", provider: "OFFLINE" } }
  const finished = done.ready === undefined ? {} : { finishedAt: isoOf(done.ready), paidAmount }
  return { payment: { id, type: "ONLINE", provider: "PAYU", ...finished } }
}

const surchargesOf = ({ payment }: Purchase, { surcharged }: Happened) =>
  surcharged === undefined
    ? []
    : [
        {
          id: payment.surcharge,
          type: "ONLINE",
          provider: "P24",
          finishedAt: isoOf(surcharged),
          paidAmount: priceOf(500)
        }
      ]

const deliveryOf = (purchase: Purchase, done: Happened) => {
  if (done.filledIn === undefined) return {}
  const person = personOf(purchase.buyer)
  const { cost, id, name, point } = methodOf(purchase)
  const address = { city: person.city, zipCode: person.zip, countryCode: "PL" }
  return {
    delivery: {
      address: {
        firstName: person.firstName,
        lastName: person.lastName,
        street: done.modified === undefined ? person.street : `${person.street}a`,
        ...address,
        phoneNumber: person.phone,
        ...(done.modified === undefined ? {} : { modifiedAt: isoOf(done.modified) })
      },
      method: { id, name },
      ...(point === undefined
        ? {}
        : { pickupPoint: { id: point, name: `${name} ${point}`, address: { street: "Rynek 1", ...address } } }),
      cost: priceOf(cost),
      time: { from: isoOf(done.filledIn + day), to: isoOf(done.filledIn + 3 * day) },
      smart: cost === 0,
      calculatedNumberOfPackages: 1,
      ...(done.buyerCancelled === undefined ? {} : { cancellation: { date: isoOf(done.buyerCancelled) } })
    }
  }
}

const invoiceOf = ({ buyer, wantsInvoice }: Purchase) => {
  const { city, company, firstName, lastName, street, zip } = personOf(buyer)
  const name =
    company === undefined
      ? { naturalPerson: { firstName, lastName } }
      : { company: { name: company, ids: [{ type: "PL_NIP", value: "1111111111" }], vatPayerStatus: "ACTIVE" } }
  const address = { street, city, zipCode: zip, countryCode: "PL", ...name }
  return { invoice: wantsInvoice ? { required: true, address } : { required: false } }
}

const buyerWithAddress = (purchase: Purchase) => {
  const { city, company, firstName, lastName, phone, street, zip } = personOf(purchase.buyer)
  return {
    ...buyerOf(purchase.buyer),
    firstName,
    lastName,
    ...(company === undefined ? {} : { companyName: company }),
    phoneNumber: phone,
    address: { street, city, postCode: zip, countryCode: "PL" }
  }
}

const sentOf = (done: Happened): string => (done.sent === undefined ? "NONE" : "ALL")

/** The whole form, with what a test has changed in it. */
export const formOf = ({ edits }: Pick<AllegroState, "edits">, purchase: Purchase, now: number) => {
  const done = happenedIn(purchase, now)
  return {
    id: purchase.id,
    ...(purchase.buyer % 6 === 0 ? { messageToSeller: "Proszę o szybką wysyłkę" } : {}),
    buyer: buyerWithAddress(purchase),
    ...paymentOf(purchase, done),
    status: statusOf(done),
    fulfillment: {
      status: fulfillmentOf(done),
      shipmentSummary: { lineItemsSent: sentOf(done) },
      provider: { id: purchase.isWarehouse ? "ALLEGRO" : "SELLER" }
    },
    ...deliveryOf(purchase, done),
    ...invoiceOf(purchase),
    lineItems: purchase.items.map((item) => lineItemOf(purchase, item)),
    surcharges: surchargesOf(purchase, done),
    marketplace: { id: "allegro-pl" },
    summary: { totalToPay: priceOf(sumOf(purchase) + (done.filledIn === undefined ? 0 : methodOf(purchase).cost)) },
    updatedAt: isoOf(lastChange(purchase, now).at),
    revision: revisionOf(purchase, now),
    ...edits.get(purchase.id)
  }
}

export type Form = ReturnType<typeof formOf>
