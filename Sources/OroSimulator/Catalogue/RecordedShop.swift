/// The shop that the transcripts were recorded on: its products, units, levels and quantities.
enum RecordedShop {
    /// Products 1–64, one a line: SKU, inventory status, two units as `code:precision:rate:sell:quantity`.
    private static let products = """
        0RT28 out_of_stock item:0:1:sell:1000 set:0:10:sell:1042
        1AB92 out_of_stock item:0:1:sell:1001 set:0:5:sell:2200
        1GB82 out_of_stock set:0:1:sell:12.5 item:0:0.1:no:1403
        1GS46 out_of_stock item:0:1:sell:8825 set:0:10:sell:4071
        1TB10 out_of_stock set:0:1:sell:1676 item:0:0.1:sell:9215
        2CF67 in_stock item:0:1:sell:3667 set:0:10:sell:9710
        2JD29 in_stock item:0:1:sell:7962 set:0:10:sell:1044
        2JD90 in_stock item:0:1:sell:7125 set:0:10:sell:9879
        2JV62 in_stock set:0:1:sell:7417 item:0:0.1:no:8025
        2LM04 in_stock item:0:1:sell:3905 set:0:10:sell:3141
        2RW93 in_stock item:0:1:sell:7944 set:0:10:sell:4842
        2TK59 in_stock item:0:1:sell:3763 set:0:10:sell:7935
        2WE71 in_stock item:0:1:sell:5754 set:0:10:sell:1690
        3ET67 in_stock set:0:1:sell:1350 item:0:0.1:sell:1068
        3JK76 in_stock item:0:1:sell:1594 set:0:10:sell:4096
        3JK90 in_stock item:0:1:sell:9260 set:0:10:sell:4045
        3LV37 in_stock piece:0:1:sell:5118 item:0:2:sell:2258
        3RE23 in_stock piece:0:1:sell:8632 item:0:2:sell:6592
        3TU20 in_stock item:0:1:sell:3962 set:0:10:sell:2789
        3UK92 in_stock item:0:1:sell:3428 set:0:10:sell:5974
        3YB32 in_stock piece:0:1:sell:7520 item:0:2:sell:9680
        4HC51 in_stock piece:0:1:sell:5480 item:0:2:no:4518
        4HJ92 in_stock item:0:1:sell:9775 set:0:10:sell:8185
        4KL66 in_stock item:0:1:sell:9922 set:0:10:sell:9557
        4PJ19 in_stock item:0:1:sell:7361 set:0:10:sell:2256
        4QI22 in_stock item:0:1:sell:5645 set:0:10:sell:1555
        5BM69 in_stock item:0:1:sell:7984 set:0:10:sell:3412
        5GE27 in_stock item:0:1:sell:3687 set:0:10:sell:6154
        RECORDED-29 in_stock item:0:1:sell:7282 set:0:10:sell:2193
        5GN30 in_stock item:0:1:sell:4788 set:0:10:sell:7268
        RECORDED-31 in_stock item:0:1:sell:4704 set:0:10:sell:7567
        RECORDED-32 in_stock item:0:1:sell:6503 set:0:10:sell:6895
        5TU10 in_stock item:0:1:sell:6947 set:0:10:sell:3716
        5UB78 in_stock item:0:1:sell:9729 set:0:10:sell:4203
        RECORDED-35 in_stock item:0:1:sell:8834 set:0:10:sell:9770
        RECORDED-36 in_stock item:0:1:sell:7001 set:0:10:sell:5439
        6GH85 in_stock item:0:1:sell:1685 set:0:10:sell:4458
        6LJ54 in_stock item:0:1:sell:6263 set:0:10:sell:8035
        6PM40 in_stock item:0:1:sell:1244 set:0:10:sell:5935
        6UB33 in_stock item:0:1:sell:5699 set:0:10:sell:6770
        RECORDED-41 in_stock item:0:1:sell:8477 set:0:10:sell:10000
        6VC22 in_stock item:0:1:sell:7682 set:0:10:sell:2396
        7BS71 in_stock item:0:1:sell:2283 set:0:10:sell:6275
        7BS72 in_stock item:0:1:sell:6604 set:0:10:sell:8884
        7NM98 in_stock item:0:1:sell:1375 set:0:10:sell:7860
        7NQ22 in_stock item:0:1:sell:9255 set:0:10:sell:9913
        RECORDED-47 in_stock item:0:1:sell:5210 set:0:10:sell:1929
        RECORDED-48 in_stock item:0:1:sell:1064 set:0:10:sell:4738
        RECORDED-49 in_stock item:0:1:sell:2306 set:0:10:sell:3173
        8DO33 in_stock item:0:1:sell:1203 set:0:10:sell:4463
        8LG34 in_stock item:0:1:sell:2794 set:0:10:sell:4575
        RECORDED-52 in_stock item:0:1:sell:4566 set:0:10:sell:7926
        RECORDED-53 in_stock item:0:1:sell:6123 set:0:10:sell:6284
        RECORDED-54 in_stock item:0:1:sell:9651 set:0:10:sell:1309
        8VS71 in_stock item:0:1:sell:1143 set:0:10:sell:5948
        RECORDED-56 in_stock item:0:1:sell:6804 set:0:10:sell:7985
        9OK21 in_stock piece:0:1:sell:6022 item:0:2:sell:9836
        9OL25 in_stock item:0:1:sell:2901 set:0:10:sell:1633
        XS56 in_stock item:0:1:sell:9773 set:0:10:sell:7474
        WLCH1 in_stock item:0:1:sell:7998 set:0:10:sell:2292
        RECORDED-61 in_stock item:0:1:sell:1946 set:0:10:sell:3209
        RECORDED-62 in_stock item:0:1:sell:9002 set:0:10:sell:8293
        RECORDED-63 in_stock item:0:1:sell:9112 set:0:10:sell:4576
        KG-TEST-0 in_stock kg:3:1:sell:0 item:0:10:sell:0
        """

    /// Products that were made while recording: they answer when named, but lists do not show them.
    private static let laterProducts = 66...12_065

    /// Levels 1–63 are the first units of products 1–63, then come their second ones, then product 64.
    static func fill(_ state: inout ShopState, atSeconds: Int64) {
        let lines = products.split(separator: "\n").map { $0.split(separator: " ") }
        for line in lines {
            let status = InventoryStatus(rawValue: String(line[1])) ?? .inStock
            _ = state.products.addProduct(sku: String(line[0]), status: status, atSeconds: atSeconds)
        }
        for unit in [2, 3] {
            for (index, line) in lines.dropLast().enumerated() {
                add(line[unit], toProduct: index + 1, &state)
            }
        }
        if let last = lines.last {
            for unit in [2, 3] { add(last[unit], toProduct: lines.count, &state) }
        }
        fillLater(&state, atSeconds: atSeconds)
        RecordedOrders.fill(&state)
    }

    /// What was made later: a product by weight, then 12,000 more by the item, every tenth also by the set.
    private static func fillLater(_ state: inout ShopState, atSeconds: Int64) {
        addLater("KG-TEST-1", &state, atSeconds)
        let first = state.products.lastProductId
        addUnit("kg:3:1:sell:0", toProduct: first, &state)
        addUnit("item:0:10:sell:0", toProduct: first, &state)
        for product in laterProducts { addLater("LT" + number(ofProduct: product), &state, atSeconds) }
        for product in laterProducts { addUnit("item:0:1:sell:0", toProduct: product, &state) }
        for product in laterProducts where (product - 65) % 10 == 5 {
            addUnit("set:0:10:sell:0", toProduct: product, &state)
        }
    }

    /// Two blocks of the load were written in the wrong order.
    private static func number(ofProduct product: Int) -> String {
        let place = product - 65
        let number =
            switch place {
            case 1...51: place + 500
            case 52...551: place - 51
            default: place
            }
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    private static func addLater(_ sku: String, _ state: inout ShopState, _ atSeconds: Int64) {
        _ = state.products.addProduct(sku: sku, status: .outOfStock, atSeconds: atSeconds, unlisted: true)
    }

    private static func add(_ unit: Substring, toProduct product: Int, _ state: inout ShopState) {
        addUnit(String(unit), toProduct: product, &state, unlisted: false)
    }

    private static func addUnit(
        _ text: String,
        toProduct product: Int,
        _ state: inout ShopState,
        unlisted: Bool = true
    ) {
        let parts = text.split(separator: ":").map(String.init)
        let precision = state.products.addPrecision(
            product: product,
            unit: state.unitIndex(parts[0]),
            precision: Int(parts[1]) ?? 0,
            conversionRate: Double(parts[2]) ?? 1,
            sell: parts[3] == "sell"
        )
        state.addLevel(precision: precision, quantity: StockQuantity(parts[4]) ?? .zero, unlisted: unlisted)
    }
}
