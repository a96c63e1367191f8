extension ShopState {
    /// The page of levels that a request asks for.
    func levelPage(_ request: ListRequest) -> ListPage {
        let hasWarehouses = !warehouses.isEmpty
        let tests = request.conditions.compactMap { condition in
            FieldReader.level(condition.field, hasWarehouses: hasWarehouses).map { (condition, $0.read) }
        }
        let (candidates, isNamed) = levelCandidates(request.conditions)
        let scan = RowScan(candidates: candidates) { id in
            guard levels.exists(id), isNamed || levels.isListed(id) else { return false }
            return tests.allSatisfy { $0.0.admits($0.1(self, id)) }
        }
        let first = request.order.first
        if first == nil || first?.field == "id" {
            let total = request.conditions.isEmpty ? levels.listedCount : nil
            return scan.page(of: request, isDescending: first?.isDescending == true, knownTotal: total)
        }
        let keys = request.order.compactMap {
            FieldReader.level($0.field, hasWarehouses: hasWarehouses)?.read
        }
        return scan.page(of: request) { id in keys.map { $0(self, id) } }
    }

    /// The ids that can match at all, ascending, and whether the request names them outright.
    private func levelCandidates(_ conditions: [Condition]) -> (any BidirectionalCollection<Int>, Bool) {
        for condition in conditions {
            switch (condition.field, condition.test) {
            case ("id", .oneOf(let set)): return (Self.integers(set), true)
            case ("id", .between(.integer(let low), .integer(let high))):
                return (Self.range(low, high, last: levels.lastId), true)
            case ("product.sku", .oneOf(let set)):
                let ids = set.compactMap {
                    if case .text(let sku) = $0 { products.productId(sku: sku) } else { nil }
                }
                return (levelIds(ofProducts: ids), true)
            case ("product", .oneOf(let set)), ("product.id", .oneOf(let set)):
                return (levelIds(ofProducts: Self.integers(set)), true)
            case ("productUnitPrecision", .oneOf(let set)):
                let ids = Self.integers(set).compactMap { products.precision($0)?.levels }
                return (ids.joined().map(Int.init).sorted(), true)
            default: continue
            }
        }
        for condition in conditions where condition.field == "id" {
            switch condition.test {
            case .greater(.integer(let low)):
                return (Self.range(low &+ (low < .max ? 1 : 0), .max, last: levels.lastId), false)
            case .atLeast(.integer(let low)): return (Self.range(low, .max, last: levels.lastId), false)
            case .less(.integer(let high)):
                return (Self.range(1, max(0, high) - 1, last: levels.lastId), false)
            case .atMost(.integer(let high)): return (Self.range(1, high, last: levels.lastId), false)
            default: continue
            }
        }
        return (Self.range(1, .max, last: levels.lastId), false)
    }

    private func levelIds(ofProducts ids: [Int]) -> [Int] {
        var levelIds: [Int] = []
        for id in ids {
            for precision in products.product(id)?.precisions ?? [] {
                levelIds.append(contentsOf: products.precisions[Int(precision) - 1].levels.map(Int.init))
            }
        }
        return levelIds.sorted()
    }

    /// The page of products that a request asks for.
    func productPage(_ request: ListRequest) -> ListPage {
        let tests = request.conditions.compactMap { condition in
            FieldReader.product(condition.field).map { (condition, $0.read) }
        }
        var candidates: any BidirectionalCollection<Int> = Self.range(1, .max, last: products.lastProductId)
        var isNamed = false
        for condition in request.conditions {
            guard case .oneOf(let set) = condition.test else { continue }
            switch condition.field {
            case "id": candidates = Self.integers(set)
            case "sku":
                candidates =
                    set.compactMap {
                        if case .text(let sku) = $0 { products.productId(sku: sku) } else { nil }
                    }
                    .sorted()
            default: continue
            }
            isNamed = true
        }
        let scan = RowScan(candidates: candidates) { id in
            guard let product = products.product(id), isNamed || !product.isUnlisted,
                !conditions.hiddenProducts.contains(product.sku)
            else { return false }
            return tests.allSatisfy { $0.0.admits($0.1(self, id)) }
        }
        return page(of: request, scan, reader: FieldReader.product)
    }

    /// The page of unit precisions that a request asks for.
    func precisionPage(_ request: ListRequest) -> ListPage {
        let tests = request.conditions.compactMap { condition in
            FieldReader.precision(condition.field).map { (condition, $0.read) }
        }
        let isNamed = request.conditions.contains { condition in
            if case .oneOf = condition.test { condition.field != "unit" } else { false }
        }
        let all = Self.range(1, .max, last: products.lastPrecisionId)
        let scan = RowScan(candidates: all) { id in
            guard let precision = products.precision(id) else { return false }
            guard isNamed || !products.products[Int(precision.product) - 1].isUnlisted else { return false }
            return tests.allSatisfy { $0.0.admits($0.1(self, id)) }
        }
        return page(of: request, scan, reader: FieldReader.precision)
    }

    func page(
        of request: ListRequest,
        _ scan: RowScan,
        reader: (String) -> FieldReader?
    ) -> ListPage {
        let first = request.order.first
        if first == nil || first?.field == "id" {
            return scan.page(of: request, isDescending: first?.isDescending == true, knownTotal: nil)
        }
        let keys = request.order.compactMap { reader($0.field)?.read }
        return scan.page(of: request) { id in keys.map { $0(self, id) } }
    }

    private static func integers(_ set: Set<Scalar>) -> [Int] {
        set.compactMap { if case .integer(let value) = $0 { value } else { nil } }.sorted()
    }

    private static func range(_ low: Int, _ high: Int, last: Int) -> Range<Int> {
        let from = min(max(1, low), last + 1)
        return from..<max(from, min(high, last) + 1)
    }
}
