/// A name that is compared, sorted and hashed byte for byte.
///
/// Swift's `String` treats canonically equivalent spellings as equal; two ERP codes that differ in their
/// bytes are two codes (spec, Words), so every identifier goes through this protocol.
package protocol ByteText: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
{
    var text: String { get }
    init(_ text: String)
}

extension ByteText {
    @inlinable
    package static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    @inlinable
    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    @inlinable
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }

    package var description: String { text }

    package init(stringLiteral value: String) {
        self.init(value)
    }
}
