/** The groups of files that import one another in a circle (Tarjan's strongly connected components), each as a line. */
export const circles = (graph: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<string> => {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: Array<string> = []
  const found: Array<string> = []
  const visit = (path: string): number => {
    const at = order.size
    order.set(path, at)
    open.push(path)
    let low = at
    for (const to of graph.get(path) ?? []) {
      if (!graph.has(to)) continue
      if (!order.has(to)) low = Math.min(low, visit(to))
      else if (open.includes(to)) low = Math.min(low, lowest.get(to) ?? order.get(to) ?? low)
    }
    lowest.set(path, low)
    if (low === at) {
      const circle = open.splice(open.indexOf(path))
      if (circle.length > 1) found.push(circle.sort().join(", "))
    }
    return low
  }
  for (const path of graph.keys()) if (!order.has(path)) visit(path)
  return found
}
