/// What events did to one location in the last minutes, less what deliveries have settled since.
package struct EventMoves: Hashable, Sendable {
    /// Positions that had stock, were stated as zero or less, and still are.
    package var newlyZero = 0
    /// The sum of their changes, in millionths.
    package var change: Int128 = 0

    package init(newlyZero: Int = 0, change: Int128 = 0) {
        (self.newlyZero, self.change) = (newlyZero, change)
    }

    /// Minutes that the guards look back on.
    package static let minutesMax: Int64 = 10
    /// Rows of one source by position and minute; what comes on top is kept by location, and settled by full
    /// deliveries only.
    package static let keptMax = 300_000
}

/// What the events of one run did to one position.
package struct PositionMove: Hashable, Sendable {
    /// Whether it has sold out, or is there again; nothing where it is neither.
    package enum Turn: Hashable, Sendable {
        case soldOut, restocked
    }

    package var turn: Turn?
    /// In millionths.
    package var change: Int128

    package init(_ turn: Turn? = nil, change: Int128 = 0) {
        (self.turn, self.change) = (turn, change)
    }
}
