/// A name that is compared, sorted and hashed byte for byte.
///
/// Swift's `String` treats canonically equivalent spellings as equal; two ERP codes that differ in their
/// bytes are two codes (spec, Words), so every identifier goes through this protocol.
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
        // Bytes in place: the views' own comparison takes them one by one through an iterator.
        let (left, right) = (left.text.utf8.span, right.text.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.order(against: right) < 0
    }

    /// Less than 0 where this text goes before the other, more where it goes after it, 0 where both are one.
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

    /// Whether both are one text in memory; a no means nothing.
    ///
    /// Most that are compared are: texts of locations and units are made once. The same bits are the same
    /// text, whatever they stand for.
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
