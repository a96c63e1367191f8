/// What was last written into a level of the shop, or confirmed there, whatever it was called then.
package struct WrittenFigure: Hashable, Sendable {
    package let quantity: Quantity
    /// Whether the level has been called otherwise since it was written.
    package let hasMoved: Bool

    package init(_ quantity: Quantity, hasMoved: Bool) {
        (self.quantity, self.hasMoved) = (quantity, hasMoved)
    }
}

/// Whether anybody follows the name that a level has now.
package enum NameStanding: Hashable, Sendable {
    /// No source states the SKU, nor one whose stock the product shows.
    case unstated
    /// It is stated, and its levels have moved since a run worked it out.
    case toWorkOut
    case stated
}

/// Whose the figure is that a level shows.
package enum FigureOwner: Hashable, Sendable {
    /// Its name's: what the level shows is compared with what was written.
    case name
    /// Nobody's yet: the next run works out what the name that it has now is to show.
    case nextRun
    /// Ours, and nobody follows the name that it stands under: a person has to be told.
    case nobody
    /// The shop's own: somebody has set it there, and no source states the name.
    case shop

    /// Says whose it is from what was written into the level's id, what it shows, and who follows its name.
    ///
    /// What was written stays ours whatever the level is called, less what was sold of it. Only where a level
    /// that has moved shows more, or nothing, somebody has taken care of it in the shop.
    package init(of written: WrittenFigure?, shows shown: Quantity, under name: NameStanding) {
        if let written, !written.hasMoved {
            self = .name
            return
        }
        self =
            switch name {
            case .toWorkOut: .nextRun
            case .stated: .name
            case .unstated:
                if let written, shown > .zero, shown <= written.quantity { .nobody } else { .shop }
            }
    }
}
