/// A name that is compared, sorted and hashed byte for byte.
///
/// Swift's `String` takes canonically equivalent spellings for equal. Two ERP codes that differ in their
/// bytes are two codes, so every identifier conforms to this protocol.
@usableFromInline
package protocol ByteText: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
{
    var text: String { get }
    init(_ text: String)
}

extension ByteText {
    @inlinable
    package static func == (left: Self, right: Self) -> Bool {
        if left.isSameText(as: right) { return true }
        // Spans read the bytes in place; comparing the UTF-8 views would go through an iterator.
        let (left, right) = (left.text.utf8.span, right.text.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.order(against: right) < 0
    }

    /// Gives less than 0 if this text sorts before the other, more than 0 if after it, 0 if they are equal.
    @inlinable
    func order(against other: Self) -> Int {
        if isSameText(as: other) { return 0 }
        let (left, right) = (text.utf8.span, other.text.utf8.span)
        let shared = min(left.count, right.count)
        for index in 0..<shared where left[index] != right[index] {
            return Int(left[index]) - Int(right[index])
        }
        return left.count - right.count
    }

    @inlinable
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }

    /// Whether both are the same `String` in memory.
    ///
    /// If not, they may still be equal.
    ///
    /// A short cut that mostly hits, because the texts of locations and units are made once. It does not rely
    /// on how `String` is laid out: the same bits are the same text, whatever they mean.
    @inlinable
    @inline(__always)
    func isSameText(as other: Self) -> Bool {
        let own = unsafeBitCast(text, to: (UInt64, UInt64).self)
        return own == unsafeBitCast(other.text, to: (UInt64, UInt64).self)
    }

    package var description: String { text }

    package init(stringLiteral value: String) {
        self.init(value)
    }
}
