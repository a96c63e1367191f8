import InventoryCore
import StateStore

extension PublicationReview {
    /// What is told of the figures that are held: an exception for each warehouse, and one for levels of SKUs
    /// that no source knows.
    var exceptions: [InventoryException] {
        let guarded = Dictionary(grouping: all.lazy.filter { !$0.isUnstated }, by: \.key.warehouse)
        let held = guarded.map { warehouse, figures in
            let examples = figures.prefix(3).map {
                "\($0.key) \($0.shown?.description ?? "nothing") → \($0.wanted)"
            }
            return InventoryException(
                code: .figuresHeld,
                subject: Subject(warehouse: warehouse),
                message: "\(PublicationReview.count(of: figures)): \(examples.joined(separator: ", "))"
                    + (figures.count > examples.count ? ", …" : "") + "."
            )
        }
        return held + [UnstatedLevels(of: all, removal).exception].compactMap(\.self)
    }

    private static func count(of figures: [HeldFigure]) -> String {
        let rejected = figures.count(where: \.isRejected)
        let subject = figures.count == 1 ? "1 figure" : "\(figures.count) figures"
        guard rejected < figures.count else {
            let waits = figures.count == 1 ? "was rejected and waits" : "were rejected and wait"
            return "\(subject) \(waits) for nobody until the stock is stated anew"
        }
        return "\(subject) \(figures.count == 1 ? "is" : "are") held"
            + (rejected > 0 ? ", \(rejected) of them rejected" : "")
    }

    /// Tells of what is held, and closes what was told of the rest.
    func note(in changes: inout ExceptionChanges) {
        changes.examined.formUnion([.figuresHeld, .shownUnstated])
        changes.occurred += exceptions
    }
}
