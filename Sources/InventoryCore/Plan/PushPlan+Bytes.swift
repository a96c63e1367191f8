import Crypto

/// A plan as bytes: equal plans have equal bytes, and these are what its digest covers.
///
/// A line with the form, a line with the version of the rules, then for each wish SKU, unit, warehouse,
/// before and after. Each field has its length in bytes and a colon in front, which keeps fields apart that
/// contain the separator. Quantities are plain decimals; absent ones, and the warehouse of a level without
/// one, are empty.
extension PushPlan {
    private static let form = "tidegate-plan-1"
    /// Bytes given at once.
    private static let partBytes = 1 << 16

    /// Calls the body with the bytes, part by part.
    package func forEachPart(_ body: ([UInt8]) throws -> Void) rethrows {
        var bytes = Array("\(PushPlan.form)\n\(rulesVersion)\n".utf8)
        var decimal: [UInt8] = []
        func add(_ field: some Collection<UInt8>) {
            bytes.append(decimal: UInt64(field.count))
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: field)
        }
        func add(_ quantity: Quantity?) {
            decimal.removeAll(keepingCapacity: true)
            quantity?.append(to: &decimal)
            add(decimal)
        }
        for wish in wishes {
            add(wish.key.sku.text.utf8)
            add(wish.key.unit.text.utf8)
            add((wish.key.warehouse ?? "").utf8)
            add(wish.before)
            add(wish.after)
            if bytes.count >= PushPlan.partBytes {
                try body(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try body(bytes)
    }

    /// SHA-256 over the bytes in lower-case hexadecimal: equal plans have equal digests.
    package var digest: String {
        var digest = PlanDigest()
        forEachPart { digest.append($0) }
        return digest.finish()
    }

    /// Reads what `forEachPart` gave; nothing where it is anything else.
    ///
    /// How many levels needed no wish is not in the bytes: whoever reads them knows it from elsewhere.
    package init?(bytes: [UInt8], unchanged: Int = 0) {
        var reader = PlanBytes(bytes: bytes)
        guard reader.line() == PushPlan.form, let version = reader.line() else { return nil }
        var wishes: [PlannedWish] = []
        while !reader.isAtEnd {
            guard let wish = reader.wish() else { return nil }
            wishes.append(wish)
        }
        self.init(wishes: wishes, unchanged: unchanged, rulesVersion: version)
    }
}

/// The digest of a plan's bytes while they pass.
package struct PlanDigest {
    private var hash = SHA256()

    package init() {}

    package mutating func append(_ part: [UInt8]) {
        hash.update(data: part)
    }

    package consuming func finish() -> String { hash.finalize().hexadecimal }
}

/// The bytes of a plan while they are read.
private struct PlanBytes {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func line() -> String? {
        guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    mutating func wish() -> PlannedWish? {
        guard let sku = field(), let unit = field(), let warehouse = field(),
            let before = field(), let after = field().flatMap(PlanBytes.quantity)
        else { return nil }
        let known = before.isEmpty ? nil : PlanBytes.quantity(before)
        guard before.isEmpty || known != nil else { return nil }
        let key = LevelKey(
            sku: SKU(sku),
            unit: StockUnit(unit),
            warehouse: warehouse.isEmpty ? nil : warehouse
        )
        return PlannedWish(key: key, before: known, after: after)
    }

    private static func quantity(_ text: String) -> Quantity? { try? Quantity(decimal: text) }

    private mutating func field() -> String? {
        var length = 0
        while place < bytes.count, bytes[place] != UInt8(ascii: ":") {
            let digit = bytes[place]
            // Longer than the bytes are is no length, whatever follows.
            guard (48...57).contains(digit), length <= bytes.count else { return nil }
            length = length * 10 + Int(digit - 48)
            place += 1
        }
        guard place < bytes.count, length < bytes.count - place else { return nil }
        let begin = place + 1
        place = begin + length
        return String(decoding: bytes[begin..<place], as: UTF8.self)
    }
}
