import InventoryCore

extension Quantity {
    /// Reads a number as JSON writes it, exactly; nothing where it is none, or six decimals do not hold it.
    ///
    /// PHP writes small numbers with an exponent (0.00001 as `1.0e-5`), so the point is moved in the text;
    /// binary floating point would round.
    init?(jsonNumber text: String) {
        guard text.utf8.count <= Quantity.digitsMax else { return nil }
        do {
            guard let mark = text.utf8.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
                try self.init(decimal: text)
                return
            }
            guard let exponent = Int(text[text.utf8.index(after: mark)...]),
                abs(exponent) <= Quantity.digitsMax,
                let plain = Quantity.plain(text[..<mark], movedBy: exponent)
            else { return nil }
            try self.init(decimal: plain)
        } catch {
            return nil
        }
    }

    /// Longer numbers are none of a shop's, whatever they amount to.
    private static let digitsMax = 40

    /// The plain decimal of digits whose point is moved to the right.
    private static func plain(_ text: Substring, movedBy places: Int) -> String? {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let decimals = parts.count > 1 ? parts[1] : ""
        let digits = Array((whole + decimals).utf8)
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let point = whole.utf8.count + places
        var plain: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        for index in min(0, point)..<max(digits.count, point) {
            if index == point { plain.append(UInt8(ascii: ".")) }
            plain.append(digits.indices.contains(index) ? digits[index] : UInt8(ascii: "0"))
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
