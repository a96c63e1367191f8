/// A moment on the shell's monotonic clock; only differences between two of them mean anything.
///
/// The wall clock can jump, and a jump must not release a level early, so the engine never sees it.
package struct PushInstant: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: PushInstant, right: PushInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package func adding(seconds: Double) -> PushInstant {
        PushInstant(nanoseconds: nanoseconds + Int64(seconds * 1e9))
    }

    /// Gives the seconds from an earlier moment to this one.
    package func seconds(since earlier: PushInstant) -> Double {
        Double(nanoseconds - earlier.nanoseconds) / 1e9
    }
}
