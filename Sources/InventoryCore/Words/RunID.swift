/// The name of one run from source to outbox; sorts by time (`20261123T201500Z-3f9a`).
package struct RunID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Makes the name of a run that starts now; `salt` distinguishes two that start in the same second.
    package init(startedAt: Timestamp, salt: UInt16) {
        let clock = startedAt.description.prefix(19).filter { $0 != "-" && $0 != ":" }
        let digits = String(salt, radix: 16)
        self.init("\(clock)Z-\(String(repeating: "0", count: 4 - digits.count))\(digits)")
    }
}
