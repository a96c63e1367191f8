/// Something that somebody does to the shop behind the client's back.
package enum ShopChange: Sendable, Equatable {
    /// Two products exchange their SKUs; all ids stay.
    case swapProducts(sku: String, otherSku: String)
    /// A product gets another SKU; all ids stay.
    case renameProduct(sku: String, newSku: String)
    /// A product is deleted and made again: the same SKU and units under new ids, levels at zero.
    case recreateProduct(sku: String)
    /// A product gets another SKU, and a new one with the same units takes its old name.
    case replaceProduct(sku: String, newSku: String)
    /// A product gets another unit, of which so many of its primary unit make one, and its levels at zero.
    case addUnit(sku: String, unit: String, conversionRate: Double)
    /// The role stops seeing one product: its levels show none.
    case hideProduct(sku: String)
    case showProduct(sku: String)
    /// One level starts to be refused, or stops with nil.
    case setLevelFault(level: String, LevelFault?)
    /// Queue consumers are stopped, and so many are started; they take on the shop's localization.
    case setConsumers(Int)
    /// The localization of the shop, or of the client's user alone, gets a comma for the decimal mark, or a
    /// dot. Consumers at work keep the shop's former one.
    case setDecimalComma(Bool, ofUser: Bool)
    /// Requests that were kept back take effect, oldest first.
    case landLateEffects
    /// Somebody orders.
    case placeOrder(OrderPlacement)
    /// An order goes on, by its id.
    case order(String, OrderStep)
    /// The back office changes the quantity of an order's line, or removes it with nil.
    case setOrderLine(String, quantity: String?)
}

/// How an order goes on.
package enum OrderStep: Sendable, Equatable {
    /// Its transaction is committed.
    case commit
    /// Its checkout reads the levels that it will write.
    case beginCheckout
    /// Its checkout writes what it read less what was ordered.
    case flushCheckout
    case finishCheckout
    /// It stays, and nothing will be taken for it.
    case failPayment
    case setStatus(OrderStatus)
    case setExternalId(String?)
    case delete
}

/// What is wrong with one level.
package enum LevelFault: Sendable, Equatable {
    /// Writing it gives this status: alone, as its record's error in an asynchronous batch, and for the
    /// whole of a synchronous one.
    case refuses(status: Int)
    /// Lists show it, but by its id it is not found.
    case listedOnly
}

extension Shop {
    /// Does it; false when there was nothing to do it to.
    @discardableResult
    func perform(_ change: ShopChange) async -> Bool {
        switch change {
        case .setConsumers(let count):
            with { $0.consumersStart() }
            await queue.setConsumers(min(max(0, count), SimulatorOptions.consumersMax))
            return true
        case .landLateEffects: return await landLateEffects() > 0
        case .placeOrder(let placement):
            _ = place(placement)
            return true
        default:
            let now = nowSeconds
            return with { $0.perform(change, nowSeconds: now) }
        }
    }
}

extension ShopState {
    /// Does what needs nothing but the state.
    fileprivate mutating func perform(_ change: ShopChange, nowSeconds: Int64) -> Bool {
        switch change {
        case .swapProducts(let sku, let other): return swapProducts(sku, other, nowSeconds: nowSeconds)
        case .renameProduct(let sku, let newSku):
            return renameProduct(sku, to: newSku, nowSeconds: nowSeconds)
        case .recreateProduct(let sku): return recreateProduct(sku, nowSeconds: nowSeconds)
        case .replaceProduct(let sku, let newSku):
            return replaceProduct(sku, newSku, nowSeconds: nowSeconds)
        case .addUnit(let sku, let unit, let rate): return addUnit(unit, to: sku, conversionRate: rate)
        case .hideProduct(let sku): return conditions.hiddenProducts.insert(sku).inserted
        case .showProduct(let sku): return conditions.hiddenProducts.remove(sku) != nil
        case .setLevelFault(let level, let fault):
            conditions.levelFaults[level] = fault
            return Int(level).map { levels.exists($0) } ?? false
        case .setDecimalComma(let isComma, ofUser: true): conditions.userUsesDecimalComma = isComma
        case .setDecimalComma(let isComma, ofUser: false): conditions.usesDecimalComma = isComma
        case .order(let id, let step):
            return Int(id).map { perform(step, onOrder: $0, nowSeconds: nowSeconds) } ?? false
        case .setOrderLine(let id, let quantity):
            guard let id = Int(id) else { return false }
            guard let quantity else { return removeLine(id, nowSeconds: nowSeconds) }
            return setQuantity(quantity, ofLine: id, nowSeconds: nowSeconds)
        case .setConsumers, .landLateEffects, .placeOrder: return false
        }
        return true
    }

    mutating func perform(_ step: OrderStep, onOrder id: Int, nowSeconds: Int64) -> Bool {
        switch step {
        case .commit: commit(order: id, nowSeconds: nowSeconds)
        case .beginCheckout: beginCheckout(ofOrder: id)
        case .flushCheckout: flushCheckout(ofOrder: id)
        case .finishCheckout: finishCheckout(ofOrder: id)
        case .failPayment: checkouts.removeValue(forKey: id) != nil
        case .setStatus(let status): setStatus(status, ofOrder: id, nowSeconds: nowSeconds)
        case .setExternalId(let externalId):
            setExternalId(externalId, ofOrder: id, nowSeconds: nowSeconds)
        case .delete: removeOrder(id)
        }
    }

    /// New consumers read the shop's settings once.
    mutating func consumersStart() {
        consumersUseDecimalComma = conditions.usesDecimalComma
    }
}
