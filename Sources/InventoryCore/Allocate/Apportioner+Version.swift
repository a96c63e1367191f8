import Crypto

extension Apportioner {
    /// Names everything that turns positions into figures, so that a change of any of it is noticed: rules,
    /// units and publishing.
    ///
    /// Equal contents have equal names.
    package var figuresVersion: String {
        var text = "rules \(rules.version)\nunits \(units.canonicalText)\n"
        switch publishUnits {
        case .primary: text += "primary"
        case .mirror: text += "mirror"
        case .split(let percentages):
            let parts = percentages.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            text += "split \(parts.joined(separator: ","))"
        }
        return SHA256.hash(data: Array(text.utf8)).prefix(8).hexadecimal
    }
}
