extension Sequence {
    /// Sorts by the bytes of a text of each element, equal texts by `isBefore`, the rest by their present
    /// order.
    ///
    /// Two numbers made of the first sixteen bytes decide most comparisons; hot (`PipelineBenchmarks`).
    @inlinable
    package func sorted<Text: ByteText>(
        byBytesOf text: (Element) -> Text,
        then isBefore: (Element, Element) -> Bool = { _, _ in false }
    ) -> [Element] {
        let elements = Array(self)
        // Input is often in order already, and checking costs little compared with sorting.
        let isInOrder = zip(elements, elements.dropFirst()).allSatisfy { before, after in
            let order = text(before).order(against: text(after))
            return order < 0 || (order == 0 && !isBefore(after, before))
        }
        if isInOrder { return elements }
        var places = elements.enumerated().map {
            ByteOrderPlace(text($1).text, Int32(truncatingIfNeeded: $0))
        }
        precondition(places.count <= Int32.max, "more elements than places have numbers")
        places.sort { left, right in
            if left.first != right.first { return left.first < right.first }
            if left.second != right.second { return left.second < right.second }
            let (before, after) = (Int(left.element), Int(right.element))
            let order = text(elements[before]).order(against: text(elements[after]))
            guard order == 0 else { return order < 0 }
            if isBefore(elements[before], elements[after]) { return true }
            return before < after && !isBefore(elements[after], elements[before])
        }
        return places.map { elements[Int($0.element)] }
    }
}

extension Array {
    /// Gives the place of the first element whose text is this one or sorts behind it; the elements are in
    /// byte order.
    @inlinable
    package func firstIndex<Text: ByteText>(fromBytesOf text: Text, by own: (Element) -> Text) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if own(self[middle]) < text { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Array where Element: ByteText {
    /// Gives the elements of both, which are in byte order and each once, in that order and each once.
    @inlinable
    package func merged(with others: [Element]) -> [Element] {
        guard !others.isEmpty else { return self }
        guard !isEmpty else { return others }
        var merged: [Element] = []
        merged.reserveCapacity(count + others.count)
        var next = 0
        for element in self {
            while next < others.count {
                let order = others[next].order(against: element)
                guard order <= 0 else { break }
                if order < 0 { merged.append(others[next]) }
                next += 1
            }
            merged.append(element)
        }
        merged.append(contentsOf: others[next...])
        return merged
    }
}

/// An element's index and the first sixteen bytes of its text.
@usableFromInline
struct ByteOrderPlace {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64
    @usableFromInline let element: Int32

    @inlinable
    init(_ text: String, _ element: Int32) {
        let bytes = text.utf8.span
        first = ByteOrderPlace.number(bytes, from: 0)
        second = ByteOrderPlace.number(bytes, from: 8)
        self.element = element
    }

    /// Eight bytes as a number that compares as they do; missing bytes count as 0, the least byte.
    @inlinable
    @inline(__always)
    static func number(_ bytes: Span<UInt8>, from start: Int) -> UInt64 {
        var number: UInt64 = 0
        for place in start..<start + 8 {
            number = number << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0)
        }
        return number
    }
}
