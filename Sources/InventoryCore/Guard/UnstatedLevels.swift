/// Levels that the shop shows above 0 and whose SKUs no source knows (spec, Stock in doubt, section 4).
///
/// They are looked for at the first full delivery and wait for a person: nobody has said that there is
/// nothing of them.
package struct UnstatedLevels: Sendable {
    /// In the order of their keys.
    package let figures: [HeldFigure]
    private let removal: Removal

    /// What becomes of such levels once a person has approved.
    package enum Removal: String, Hashable, Sendable, CaseIterable {
        case zero
        case keep
    }

    /// Levels that are named in a message.
    private static let examplesMax = 3

    /// Takes those of some held figures that are such levels.
    package init(of held: [HeldFigure], _ removal: Removal) {
        figures = held.filter(\.isUnstated).sorted { $0.key < $1.key }
        self.removal = removal
    }

    /// Whether an approval writes a figure.
    package static func isWritten(_ figure: HeldFigure, _ removal: Removal) -> Bool {
        !figure.isUnstated || removal == .zero
    }

    private var message: String {
        let examples = figures.prefix(UnstatedLevels.examplesMax)
            .map { "\($0.key) \($0.shown ?? .zero)" }.joined(separator: ", ")
        let count = figures.count == 1 ? "1 level shows" : "\(figures.count) levels show"
        let consequence =
            switch removal {
            case .zero: "Approved, they show 0 (`removal: zero`)."
            case .keep: "They stay as they are; approved, nobody is asked again (`removal: keep`)."
            }
        return "\(count) stock of which no source knows the SKU: \(examples)"
            + (figures.count > examples.count ? ", …" : "") + ". \(consequence)"
    }

    /// The guard that holds them; nothing where there are none.
    package var trip: GuardTrip? {
        figures.isEmpty ? nil : GuardTrip(code: .shownUnstated, message: message)
    }

    /// The one exception about them; nothing where there are none.
    package var exception: InventoryException? {
        figures.isEmpty
            ? nil : InventoryException(code: .shownUnstated, subject: Subject(), message: message)
    }
}

extension HeldFigure {
    /// Whether it is a level of which no source knows the SKU.
    package var isUnstated: Bool { guardCode == .shownUnstated }
}
