/// Reads the text of a key field (SKU, location, unit, bin) by its column's rule.
///
/// In this order: decoded, outer blanks (space, tab) removed, cut after the last occurrence of the declared
/// text, outer blanks removed again, leading zeros removed where declared (a text of zeros only keeps one).
package struct KeyNormaliser: Sendable {
    private let encoding: TextEncoding
    private let afterLast: [UInt8]
    private let stripsLeadingZeros: Bool
    private var slots: [Slot]

    private struct Slot {
        var bytes: [UInt8] = []
        var reading = Reading(text: "", written: nil, isAllowed: true)
    }

    /// A field as part of a key.
    package struct Reading: Hashable, Sendable {
        package let text: String
        /// What the field holds, where that is another text.
        package let written: String?
        /// Whether a key may have such a part.
        package let isAllowed: Bool
    }

    /// - Parameters:
    ///   - rule: what the column declares.
    ///   - encoding: of the fields; UTF-16 arrives as UTF-8.
    ///   - remembered: how many recent texts to keep, a power of two; keys repeat from row to row.
    package init(rule: ColumnRule, encoding: TextEncoding, remembered: Int = 1) {
        precondition(remembered > 0 && remembered & (remembered - 1) == 0, "a power of two")
        self.encoding = encoding
        afterLast = Array((rule.afterLast ?? "").utf8)
        stripsLeadingZeros = rule.stripsLeadingZeros
        slots = Array(repeating: Slot(), count: remembered)
    }

    /// Gives the normalised text, or nothing if the field's bytes mean nothing in the encoding.
    package mutating func text(_ field: UnsafeBufferPointer<UInt8>) -> String? { read(field)?.text }

    /// Gives what the field means, or nothing if its bytes mean nothing in the encoding.
    package mutating func read(_ field: UnsafeBufferPointer<UInt8>) -> Reading? {
        guard let first = field.first, let last = field.last else {
            return Reading(text: "", written: nil, isAllowed: true)
        }
        let mixed = field.count &* 31 &+ Int(first) &* 7 &+ Int(last)
        let index = mixed & (slots.count - 1)
        if slots[index].bytes.elementsEqual(field) { return slots[index].reading }
        guard let reading = normalised(field) else { return nil }
        slots[index].bytes.removeAll(keepingCapacity: true)
        slots[index].bytes.append(contentsOf: field)
        slots[index].reading = reading
        return reading
    }

    private func normalised(_ field: UnsafeBufferPointer<UInt8>) -> Reading? {
        if field.allSatisfy({ $0 < 0x80 }) { return reading(of: field) }
        // The whole field must be sound, also the part that the rule cuts off.
        guard var decoded = encoding.text(field) else { return nil }
        return decoded.withUTF8(reading)
    }

    private func reading(of field: UnsafeBufferPointer<UInt8>) -> Reading {
        let cut = cut(field)
        let text = String(decoding: cut, as: UTF8.self)
        return Reading(
            text: text,
            // Normalisation only ever takes away.
            written: cut.count == field.count ? nil : String(decoding: field, as: UTF8.self),
            isAllowed: KeyLimits.allow(text)
        )
    }

    private func cut(_ field: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var (start, end) = Blanks.trimmed(field)
        if !afterLast.isEmpty, let after = lastEnd(of: afterLast, in: field, start, end) {
            start = after
            while start < end, Blanks.isBlank(field[start]) { start += 1 }
        }
        if stripsLeadingZeros {
            while end - start > 1, field[start] == UInt8(ascii: "0") { start += 1 }
        }
        end = max(start, end)
        return UnsafeBufferPointer(rebasing: field[start..<end])
    }

    private func lastEnd(
        of text: [UInt8],
        in field: UnsafeBufferPointer<UInt8>,
        _ start: Int,
        _ end: Int
    ) -> Int? {
        var at = end - text.count
        while at >= start {
            if field[at..<at + text.count].elementsEqual(text) { return at + text.count }
            at -= 1
        }
        return nil
    }
}
