/// What the simulated shop sells.
package struct Catalogue: Sendable {
    /// One unit of a product, with the quantity its level starts at.
    package struct Unit: Sendable {
        package var code: String
        package var precision: Int
        package var conversionRate: Double
        package var quantity: StockQuantity
        /// Starting quantities by warehouse; with any, the shop is an Enterprise one.
        package var warehouses: [(name: String, quantity: StockQuantity)]

        package init(
            code: String,
            precision: Int = 0,
            conversionRate: Double = 1,
            quantity: StockQuantity = .zero,
            warehouses: [(name: String, quantity: StockQuantity)] = []
        ) {
            self.code = code
            self.precision = precision
            self.conversionRate = conversionRate
            self.quantity = quantity
            self.warehouses = warehouses
        }
    }

    package struct Product: Sendable {
        package var sku: String
        /// The first one is the primary unit.
        package var units: [Unit]
        package var inventoryStatus: InventoryStatus

        package init(sku: String, units: [Unit], inventoryStatus: InventoryStatus = .inStock) {
            self.sku = sku
            self.units = units
            self.inventoryStatus = inventoryStatus
        }
    }

    enum Source: Sendable {
        case listed([Product])
        case generated(count: Int, seed: UInt64)
        case recorded
        case recordedLater
    }

    let source: Source

    package init(products: [Product]) {
        source = .listed(products)
    }

    /// Products with units of a code and a precision, all at quantity 0; the first unit is the primary one.
    package init(products: [(sku: String, units: [(code: String, precision: Int)])]) {
        self.init(
            products: products.map { product in
                Product(
                    sku: product.sku,
                    units: product.units.map { Unit(code: $0.code, precision: $0.precision) }
                )
            }
        )
    }

    /// `count` products that depend on nothing but the seed: `SKU-000001` and so on, most sold by the item.
    package init(count: Int, seed: UInt64) {
        source = .generated(count: count, seed: seed)
    }

    /// The products, units and levels that the recorded shop shows.
    package static let transcripts = Catalogue(source: .recorded)

    /// What the shops show that were recorded later, of 5.1.8 and of 6.0.8.
    package static let laterTranscripts = Catalogue(source: .recordedLater)

    private init(source: Source) {
        self.source = source
    }

    /// The SKU of a generated product, counted from 1.
    package static func generatedSKU(_ number: Int) -> String {
        let digits = String(number)
        return "SKU-" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    /// Whether any level names a warehouse, which only an Enterprise shop has.
    var hasWarehouses: Bool {
        guard case .listed(let products) = source else { return false }
        return products.contains { $0.units.contains { !$0.warehouses.isEmpty } }
    }

    func fill(_ state: inout ShopState, atSeconds: Int64) {
        switch source {
        case .listed(let products): Self.fill(&state, products, atSeconds: atSeconds)
        case .generated(let count, let seed):
            Self.fill(&state, count: count, seed: seed, atSeconds: atSeconds)
        case .recorded: RecordedShop.fill(&state, atSeconds: atSeconds)
        case .recordedLater: LaterRecordedShop.fill(&state, atSeconds: atSeconds)
        }
    }

    private static func fill(_ state: inout ShopState, _ products: [Product], atSeconds: Int64) {
        state.products.reserve(products.count)
        for product in products {
            add(product, to: &state, atSeconds: atSeconds)
        }
    }

    private static func add(_ product: Product, to state: inout ShopState, atSeconds: Int64) {
        let status = product.inventoryStatus
        guard let id = state.products.addProduct(sku: product.sku, status: status, atSeconds: atSeconds)
        else {
            return
        }
        for unit in product.units {
            let precision = state.products.addPrecision(
                product: id,
                unit: state.unitIndex(unit.code),
                precision: unit.precision,
                conversionRate: unit.conversionRate,
                sell: true
            )
            if unit.warehouses.isEmpty { state.addLevel(precision: precision, quantity: unit.quantity) }
            for warehouse in unit.warehouses {
                let number = state.warehouseNumber(warehouse.name)
                state.addLevel(precision: precision, warehouse: number, quantity: warehouse.quantity)
            }
        }
    }

    private static func fill(_ state: inout ShopState, count: Int, seed: UInt64, atSeconds: Int64) {
        state.products.reserve(count)
        state.levels.reserve(count + count / 4)
        var random = SplitMix64(state: seed)
        for number in 1...max(1, count) where number <= count {
            let quantity = StockQuantity(scaled: Int128(random.next() % 1000) * 10_000_000_000)
            var units = [Unit(code: "item", quantity: quantity)]
            switch random.next() % 20 {
            case 0: units = [Unit(code: "kg", precision: 3, quantity: quantity)]
            case 1...3: units.append(Unit(code: "set", conversionRate: 10))
            default: break
            }
            add(Product(sku: generatedSKU(number), units: units), to: &state, atSeconds: atSeconds)
        }
    }
}
