/** The invented chain's 2,000 products in a tree of groups, and the recipes of dishes and semi-finished goods. */
import type { BuildContext } from "./Corporation.ts"
import type { AssemblyChart, Product, ProductGroup, ProductType, Reference } from "../Model.ts"
import { roundTo } from "../Model.ts"
import * as ProductFixtures from "./ProductFixtures.ts"
import { addDays } from "../Time.ts"

const ranges = [
  { type: "GOODS", count: 1150, shelves: ProductFixtures.goods, variants: ProductFixtures.goodsVariants },
  { type: "DISH", count: 450, shelves: ProductFixtures.dishes, variants: ProductFixtures.dishVariants },
  { type: "PREPARED", count: 220, shelves: ProductFixtures.prepared, variants: ProductFixtures.goodsVariants },
  { type: "MODIFIER", count: 130, shelves: ProductFixtures.modifiers, variants: ProductFixtures.dishVariants },
  { type: "SERVICE", count: 50, shelves: ProductFixtures.services, variants: ProductFixtures.dishVariants }
] as const satisfies ReadonlyArray<{ type: ProductType } & Record<string, unknown>>

export const makeProductGroups = ({ draw, nextRevision }: BuildContext): ReadonlyArray<ProductGroup> => {
  const groups: Array<ProductGroup> = []
  const add = (name: string, parent: string | null, deleted = false): string => {
    const code = String(groups.length + 1)
    const group = { id: draw.uuid(), deleted, name, description: "", num: `G${code}`, code, parent }
    groups.push({ ...group, revision: nextRevision() })
    return group.id
  }
  const tops = new Map<string, string>()
  for (const { top, name } of ranges.flatMap(({ shelves }) => shelves)) {
    const parent = tops.get(top) ?? add(top, null)
    tops.set(top, parent)
    const shelf = add(name, parent)
    if (name === "Молочка") add("Растительное молоко", shelf)
  }
  add("Старое меню", null, true)
  return groups
}

export interface CatalogueParts {
  readonly groups: ReadonlyArray<ProductGroup>
  readonly references: ReadonlyArray<Reference>
  readonly categories: ReadonlyArray<Reference>
}

/** About a tenth of the names end in spaces, some rows have no unit, some are deleted: as in a real back office. */
export const makeProducts = (
  { draw, nextRevision }: BuildContext,
  { groups, references, categories }: CatalogueParts
): ReadonlyArray<Product> => {
  const idOf = (rootType: string, name: string) =>
    references.find((each) => each.rootType === rootType && each.name === name)?.id ?? null
  const unitIds = new Map(ProductFixtures.units.map((unit) => [unit, idOf("MeasureUnit", unit)]))
  const kitchen = idOf("CookingPlaceType", "Кухня")
  const bar = idOf("CookingPlaceType", "Бар")
  let serial = 0
  return ranges.flatMap(({ type, count, shelves, variants }) =>
    Array.from({ length: count }, (_, index): Product => {
      const shelf = shelves[index % shelves.length] ?? shelves[0]
      const turn = Math.floor(index / shelves.length)
      const base = shelf.names[turn % shelf.names.length]
      const variant = variants[Math.floor(turn / shelf.names.length) % variants.length]
      const isSold = type === "DISH" || type === "MODIFIER" || type === "SERVICE"
      const num = String(++serial).padStart(5, "0")
      const barcode = `46${String(draw.int(0, 10 ** 11 - 1)).padStart(11, "0")}`
      const container = { id: draw.uuid(), num: "1", name: "уп 12", count: 12, deleted: false }
      const isBoxed = type === "GOODS" && draw.chance(0.3)
      return {
        id: draw.uuid(),
        deleted: draw.chance(0.04),
        name: `${base} ${variant}`.trim() + (draw.chance(0.1) ? " ".repeat(draw.int(1, 2)) : ""),
        description: "",
        num,
        code: String(serial),
        parent: groups.find((group) => group.name === shelf.name)?.id ?? null,
        category: isSold ? (categories[index % (categories.length - 1)]?.id ?? null) : null,
        taxCategory: null,
        accountingCategory: idOf("AccountingCategory", isSold ? "Блюда" : "Продукты"),
        mainUnit: draw.chance(0.03) ? null : (unitIds.get(shelf.unit) ?? null),
        placeType: type === "DISH" ? (shelf.top === "Меню бара" ? bar : kitchen) : null,
        type,
        defaultSalePrice: isSold ? draw.int(9, 90) * 10 : 0,
        estimatedPurchasePrice: type === "GOODS" || type === "PREPARED" ? draw.money(20, 900) : 0,
        unitWeight: 1,
        containers: isBoxed ? [container] : [],
        barcodes: isBoxed ? [{ barcode, containerId: container.id }] : [],
        revision: nextRevision()
      }
    })
  )
}

/** About 150 recipes; every tenth dish had an older one until two months ago. */
export const makeCharts = (
  { draw, nextRevision }: BuildContext,
  products: ReadonlyArray<Product>,
  today: string
): ReadonlyArray<AssemblyChart> => {
  const ingredients = products.filter(({ type, deleted }) => type === "GOODS" && !deleted)
  const assembled = products.filter(({ type }) => type === "DISH" || type === "PREPARED").filter((_, n) => n % 5 === 0)
  const chart = (product: Product, dateFrom: string, dateTo: string | null): AssemblyChart => ({
    id: draw.uuid(),
    assembledProductId: product.id,
    dateFrom,
    dateTo,
    assembledAmount: product.type === "DISH" ? 1 : 10,
    technologyDescription: "Смешать, довести до готовности",
    items: Array.from({ length: draw.int(2, 8) }, (_, sortWeight) => {
      const amountIn = draw.int(10, 400) / 1000
      return {
        id: draw.uuid(),
        sortWeight,
        productId: ingredients[draw.int(0, ingredients.length - 1)]?.id ?? product.id,
        amountIn,
        amountOut: roundTo(amountIn * 0.9, 3)
      }
    }),
    revision: nextRevision()
  })
  const change = addDays(today, -60)
  return assembled.flatMap((product, index) => {
    const start = addDays(today, -400)
    return index % 10 === 0
      ? [chart(product, start, change), chart(product, change, null)]
      : [chart(product, start, null)]
  })
}
