/// Finds the known name that an unknown one was probably meant to be.
///
/// It is suggested to a person and never taken in its place. It is made of the unknown names, which are
/// few; the known ones, which can be a million, only pass by.
package struct NearNames: Sendable {
    private let unknown: [String]
    private var found: [NearName?]
    private var exact: [[UInt8]: [Int]] = [:]
    private var rounded: [[UInt8]: [Int]] = [:]
    private var folding = NameFolding()

    /// Unknown names that are looked for; no list that a person reads is longer.
    package static let unknownMax = 1_000

    package init(of unknown: some Sequence<String>) {
        self.unknown = Array(unknown.prefix(NearNames.unknownMax))
        found = Array(repeating: nil, count: self.unknown.count)
        for (number, name) in self.unknown.enumerated() {
            folding.fold(name)
            exact[folding.bytes, default: []].append(number)
            if let digits = folding.rounded { rounded[digits, default: []].append(number) }
        }
    }

    /// Whether nothing is looked for.
    package var isEmpty: Bool { unknown.isEmpty }

    /// Looks at a known name.
    package mutating func meet(_ known: String) {
        guard !unknown.isEmpty else { return }
        folding.fold(known)
        if let numbers = exact[folding.bytes] {
            for number in numbers where !NearNames.isSame(unknown[number], known) {
                note(known, for: number, NearNames.differences(unknown[number], known))
            }
        }
        guard !rounded.isEmpty, let digits = folding.rounded, let numbers = rounded[digits] else { return }
        let isScientific = NearNames.isScientific(known)
        for number in numbers where NearNames.isScientific(unknown[number]) != isScientific {
            note(known, for: number, [.rounding])
        }
    }

    /// Gives the known name that is near an unknown one, or nothing.
    package subscript(name: String) -> NearName? {
        guard let number = unknown.firstIndex(where: { NearNames.isSame($0, name) }) else { return nil }
        return found[number]
    }

    private mutating func note(_ known: String, for number: Int, _ differences: [NameDifference]) {
        guard let first = found[number] else {
            found[number] = NearName(name: known, differences: differences)
            return
        }
        guard !NearNames.isSame(first.name, known) else { return }
        // Whatever the order they come in, the one that differs least is named.
        let isNearer =
            (differences.count, known) < (first.differences.count, first.name)
        found[number] = isNearer ? NearName(name: known, differences: differences) : first
        found[number]?.others = first.others + 1
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    private static func isScientific(_ name: String) -> Bool {
        name.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// What two names differ in that become one when all of it is left out.
    static func differences(_ left: String, _ right: String) -> [NameDifference] {
        var (one, other) = (NameFolding(), NameFolding())
        var kept: Set<NameDifference> = []
        for difference in NameDifference.allCases {
            one.fold(left, keeping: kept.union([difference]))
            other.fold(right, keeping: kept.union([difference]))
            if one.bytes == other.bytes { kept.insert(difference) }
        }
        return NameDifference.allCases.filter { !kept.contains($0) }
    }
}

/// A known name near an unknown one.
package struct NearName: Hashable, Sendable {
    package let name: String
    package let differences: [NameDifference]
    /// Further known names that are as near.
    package fileprivate(set) var others = 0

    package init(name: String, differences: [NameDifference]) {
        (self.name, self.differences) = (name, differences)
    }

    /// What a message adds, such as `“AB-1” is known, which differs only in capitals.`.
    package var sentence: String {
        let words = differences.map(\.words)
        let listed =
            words.count > 1
            ? words.dropLast().joined(separator: ", ") + " and " + words.suffix(1).joined()
            : words.joined()
        switch others {
        case 0: return "“\(name)” is known, which differs only in \(listed)."
        case 1: return "“\(name)” and another are known, which differ only in \(listed)."
        default: return "“\(name)” and \(others) others are known, which differ only in \(listed)."
        }
    }
}
