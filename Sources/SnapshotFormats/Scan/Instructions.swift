import CSeparators

/// The sets of instructions that there are forms of the inner loops for, the plainest first.
package enum Instructions: Int, CaseIterable, Comparable, Sendable {
    /// Words of 64 bits, on every machine.
    case words
    /// AVX2.
    case wide
    /// AVX-512; only what finds separators has a form of its own.
    case widest

    /// The best that this machine has.
    package static let best: Instructions =
        separators_has_widest() != 0 ? .widest : separators_has_wide() != 0 ? .wide : .words

    package static func < (a: Instructions, b: Instructions) -> Bool { a.rawValue < b.rawValue }
}
