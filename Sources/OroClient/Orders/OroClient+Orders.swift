package import InventoryCore

extension OroClient {
    /// Finds out how this shop can be asked for new and changed orders; it stays so until an update.
    package func orderWay() async -> OrderAnswer<OrderWay> {
        await patiently {
            let call = Call(path: OrderQuery.byTime, timeoutSeconds: options.timeouts.readSeconds)
            return OrderRules.way(await exchange(call))
        } trouble: {
            $0.trouble
        }
    }

    /// Gives an id after which a walk by ids meets every order that was placed at a time or later.
    ///
    /// The greatest id is asked for first: whatever is placed between the two questions has a greater one.
    /// Ids are given before an order can be seen, so the walk begins some earlier.
    package func orderID(before time: Timestamp) async -> OrderAnswer<OrderID> {
        var ids: [OrderID] = []
        for path in [OrderQuery.last, OrderQuery.first(placedSince: time)] {
            switch await readOrders(path) {
            case .trouble(let trouble): return .trouble(trouble)
            case .found(let read):
                ids += OrderReading.glances(read.document).glances.keys
            }
        }
        let least = ids.map(\.number).min() ?? 0
        return .found(OrderID(max(0, least - 1 - OroClient.idsNotSeenYet)))
    }

    /// Ids that may belong to orders which cannot be seen yet.
    private static let idsNotSeenYet: Int64 = 100

    /// One page of a walk over orders, oldest change or smallest id first.
    ///
    /// Ids are given before an order can be seen and times are whole seconds of a transaction's beginning, so
    /// whoever walks begins some minutes before the last walk's end.
    package func orderChanges(_ place: OrderPlace) async -> OrderAnswer<OrderPage> {
        let path = orderQuery.page(at: place, size: options.orderPageSize)
        let read: ReadOrders
        switch await readOrders(path) {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let found): read = found
        }
        var page = OrderPage()
        let reading = OrderReading(read.document, mark: options.orderMark)
        if let trouble = await troubleOfLines(reading) { return .trouble(trouble) }
        page.shown = reading.shown
        page.shown.shopTime = read.shopTime
        page.next = place.next(after: reading.last, isWhole: read.isWhole)
        if let next = page.next {
            guard place.isBefore(next) else { return .trouble(OrderRules.standstill) }
        } else if !read.isWhole {
            // Not one row of the page has an id and a time to go on from.
            return .trouble(OrderRules.standstill)
        }
        return .found(page)
    }

    /// Some orders by their ids, whole; those that the shop does not have any more are named.
    package func orders(_ ids: [OrderID]) async -> OrderAnswer<KnownOrders> {
        var known = KnownOrders()
        let query = orderQuery
        let missing = await eachOrder(ids, path: { query.orders($0, size: $1) }) { read in
            let reading = OrderReading(read.document, mark: options.orderMark)
            if let trouble = await troubleOfLines(reading) { return .trouble(trouble) }
            known.shown.add(reading.shown)
            known.shown.shopTime = known.shown.shopTime ?? read.shopTime
            return .found(reading.ids)
        }
        switch missing {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let missing):
            // A row without a readable id may be any of those that were not found.
            let isNameless = known.shown.unreadable.contains { $0.line == nil && $0.orderID == nil }
            known.missing = isNameless ? [] : missing
        }
        switch await showsAny(asked: ids, missing: known.missing) {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let showsAny): known.showsAny = showsAny
        }
        return .found(known)
    }

    /// When some orders were changed last and how they stand: the cheapest way to see what became of them.
    package func orderGlances(_ ids: [OrderID]) async -> OrderAnswer<OrderGlances> {
        var seen = OrderGlances()
        let missing = await eachOrder(ids, path: { OrderQuery.glances($0, size: $1) }) { read in
            let glances = OrderReading.glances(read.document)
            seen.glances.merge(glances.glances) { _, new in new }
            seen.unreadable += glances.unreadable
            seen.shopTime = seen.shopTime ?? read.shopTime
            return .found(Set(glances.glances.keys).union(glances.unreadable.compactMap(\.orderID)))
        }
        switch missing {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let missing):
            seen.missing = seen.unreadable.contains { $0.orderID == nil } ? [] : missing
        }
        switch await showsAny(asked: ids, missing: seen.missing) {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let showsAny): seen.showsAny = showsAny
        }
        return .found(seen)
    }

    private var orderQuery: OrderQuery { OrderQuery(mark: options.orderMark) }

    private func readOrders(_ path: String) async -> OrderAnswer<ReadOrders> {
        var call = Call(path: path, timeoutSeconds: options.timeouts.readSeconds)
        call.include = "noHateoas;totalCount"
        return await patiently {
            OrderRules.document(await exchange(call), mark: options.orderMark)
        } trouble: {
            $0.trouble
        }
    }

    /// Asks for orders by their ids, list by list.
    ///
    /// - Parameters:
    ///   - ids: the orders.
    ///   - path: the question for a list of so many.
    ///   - take: takes an answer and gives the ids that it shows.
    /// - Returns: the ids that no answer showed.
    private func eachOrder(
        _ ids: [OrderID],
        path: (Substring, Int) -> String,
        take: (ReadOrders) async -> OrderAnswer<Set<OrderID>>
    ) async -> OrderAnswer<Set<OrderID>> {
        var open = Array(Set(ids)).sorted()
        var missing: Set<OrderID> = []
        // A shop can be set to smaller pages, so what is missing from one is asked for again as long as that
        // finds some, unless the shop's own count says that there is no more.
        while !open.isEmpty {
            var doubtful: [OrderID] = []
            var hasFound = false
            let lists = OrderQuery.lists(
                open,
                countMax: options.orderPageSize,
                urlBytesMax: options.urlBytesMax
            )
            for (range, list) in lists {
                let read: ReadOrders
                switch await readOrders(path(list, range.count)) {
                case .trouble(let trouble): return .trouble(trouble)
                case .found(let found): read = found
                }
                switch await take(read) {
                case .trouble(let trouble): return .trouble(trouble)
                case .found(let shown):
                    let absent = open[range].filter { !shown.contains($0) }
                    hasFound = hasFound || absent.count < range.count
                    if read.isWhole { missing.formUnion(absent) } else { doubtful += absent }
                }
            }
            guard hasFound else {
                missing.formUnion(doubtful)
                break
            }
            open = doubtful
        }
        return .found(missing)
    }

    /// Why orders are shown without lines, where they have some.
    private func troubleOfLines(_ reading: OrderReading) async -> ShopTrouble? {
        guard let order = reading.withoutLines.first else { return nil }
        return await patiently {
            let call = Call(path: OrderQuery.anyLine, timeoutSeconds: options.timeouts.readSeconds)
            return OrderRules.trouble(withoutLines: order, await exchange(call))
        } trouble: {
            $0
        }
    }

    /// Whether the shop shows any order, asked where it shows none of those that were asked for.
    private func showsAny(asked: [OrderID], missing: Set<OrderID>) async -> OrderAnswer<Bool> {
        guard !asked.isEmpty, missing.count == Set(asked).count else { return .found(true) }
        switch await readOrders(orderQuery.any) {
        case .trouble(let trouble): return .trouble(trouble)
        case .found(let read): return .found(!read.document.orders.isEmpty)
        }
    }
}

extension OrderAnswer {
    var trouble: ShopTrouble? {
        if case .trouble(let trouble) = self { trouble } else { nil }
    }
}

extension ShownOrders {
    fileprivate mutating func add(_ other: ShownOrders) {
        orders += other.orders
        unreadable += other.unreadable
        freeFormLineCount += other.freeFormLineCount
        hidden.formUnion(other.hidden)
    }
}
