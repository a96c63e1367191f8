/// Some known levels and what a shop calls them: tells whether it is the shop that the levels are of.
package struct NameSample: Hashable, Sendable {
    /// What each level was called when it was known.
    package let known: [LevelID: SKU]
    /// What the shop calls those that it shows with a name.
    package let shown: [LevelID: SKU]
    /// Levels that it shows without one.
    package let hidden: Set<LevelID>

    /// Levels of a sample: enough to tell two shops apart, and few enough for one short request.
    package static let levelsMax = 20

    package init(known: [LevelID: SKU], shown: [LevelID: SKU], hidden: Set<LevelID> = []) {
        self.known = known
        self.shown = shown
        self.hidden = hidden
    }

    package enum Verdict: Hashable, Sendable {
        case same
        /// More than half of the levels are gone or are another SKU's.
        case other
        /// More than half are shown without a name: a right is missing.
        case hidden
        /// None is there: either another shop, or one that shows the role no level at all.
        case none
    }

    package var verdict: Verdict {
        guard !known.isEmpty else { return .same }
        if hidden.count * 2 > known.count { return .hidden }
        if shown.isEmpty, hidden.isEmpty { return .none }
        return different.count * 2 > known.count ? .other : .same
    }

    /// The levels that are called what they were.
    package var agreeing: [LevelID] { known.filter { shown[$0.key] == $0.value }.map(\.key) }

    /// The levels that are gone or are another SKU's.
    package var different: [LevelID] {
        known.filter { !hidden.contains($0.key) && shown[$0.key] != $0.value }.map(\.key)
    }
}
