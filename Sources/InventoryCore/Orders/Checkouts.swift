/// What the shop's own checkout has taken of a level, and may still take (spec/orders.md, 3; ORDERS.md, D.3).
///
/// The row of an order exists before OroCommerce takes its stock, sometimes for minutes. Whoever subtracts
/// the order at once makes the shop take it twice; whoever waits for it without looking gives it back.
package enum Checkouts {
    /// Marks what a level's drop shows as taken on its lines: on those that the ERP has booked, then
    /// oldest first.
    ///
    /// Lines that are booked, or whose time was over by now, had their last chance and are settled: whatever
    /// the level loses later is not theirs.
    ///
    /// - Parameters:
    ///   - lines: all lines of the level that count.
    ///   - last: what the shop last confirmed of the level (`L`).
    ///   - shown: what it shows now (`Q`).
    ///   - now: our time, which says whose checkouts may still be running.
    /// - Returns: how much of the drop checkouts explain.
    @discardableResult
    package static func mark(
        _ lines: inout [LedgerLine],
        last: Quantity,
        shown: Quantity,
        at now: Timestamp
    ) -> Quantity {
        let (difference, overflow) = last.millionths.subtractingReportingOverflow(shown.millionths)
        let dropped = Quantity(millionths: overflow ? 0 : max(0, difference))
        let known = give(dropped, to: &lines) { $0.isAcknowledged ? $0.untaken : .zero }
        for index in lines.indices where lines[index].isAcknowledged {
            let mark = takeMarksBack(lines[index].untaken, from: &lines, at: now)
            lines[index].taken = Quantity(millionths: lines[index].taken.millionths + mark.millionths)
        }
        let rest = Quantity(millionths: dropped.millionths - known.millionths)
        let others = give(rest, to: &lines) { $0.isAcknowledged ? .zero : $0.untaken }
        for index in lines.indices {
            lines[index].isSeen = true
            guard lines[index].isAcknowledged || lines[index].youngUntil <= now else { continue }
            lines[index].youngUntil = LedgerLine.settled
        }
        return Quantity(millionths: known.millionths + others.millionths)
    }

    /// Takes marks back for an acknowledged line that lacks them.
    ///
    /// A booked order was placed to its end, so its stock must have been taken: the mark stands on another
    /// line, most likely on the newest.
    ///
    /// - Parameters:
    ///   - lacking: how much of the acknowledged line was not seen taken.
    ///   - lines: all lines of the level that count.
    ///   - now: our time, which says whose checkouts may still be running.
    /// - Returns: how much of it other lines bore.
    @discardableResult
    package static func takeMarksBack(
        _ lacking: Quantity,
        from lines: inout [LedgerLine],
        at now: Timestamp
    ) -> Quantity {
        var rest = lacking.millionths
        let others = lines.indices.filter { index in
            lines[index].taken > .zero && !lines[index].isAcknowledged && lines[index].ending == nil
                && now < lines[index].youngUntil
        }.sorted { (lines[$0].placed, lines[$0].id) > (lines[$1].placed, lines[$1].id) }
        for index in others where rest > 0 {
            let mark = min(rest, lines[index].taken.millionths)
            lines[index].taken = Quantity(millionths: lines[index].taken.millionths - mark)
            rest -= mark
        }
        return Quantity(millionths: lacking.millionths - rest)
    }

    /// Gives marks to lines, oldest first, as far as each can take some; gives how much that was.
    private static func give(
        _ marks: Quantity,
        to lines: inout [LedgerLine],
        _ room: (LedgerLine) -> Quantity
    ) -> Quantity {
        var rest = marks.millionths
        let order = lines.indices.sorted {
            (lines[$0].placed, lines[$0].id) < (lines[$1].placed, lines[$1].id)
        }
        for index in order where rest > 0 {
            let mark = min(rest, room(lines[index]).millionths)
            lines[index].taken = Quantity(millionths: lines[index].taken.millionths + mark)
            rest -= mark
        }
        return Quantity(millionths: marks.millionths - rest)
    }

    /// Passes the mark of a line that does not count any more on to those that wait for theirs.
    ///
    /// What was taken may have been theirs: the oldest is marked first, and an abandoned checkout takes
    /// nothing. If they still take their own, the level shows less for a moment; the other way round it would
    /// show more than there is.
    ///
    /// - Parameters:
    ///   - line: the line that has ended.
    ///   - lines: all lines of the level that count.
    ///   - now: our time, which says whose checkouts may still be running.
    package static func passMarkOn(
        _ line: inout LedgerLine,
        to lines: inout [LedgerLine],
        at now: Timestamp
    ) {
        guard !line.isSettled, line.taken > .zero else { return }
        let passed = give(line.taken, to: &lines) { $0.pending(at: now) }
        line.taken = Quantity(millionths: line.taken.millionths - passed.millionths)
    }

    /// What checkouts may still take of a level (`pend`).
    package static func pending(_ lines: some Sequence<LedgerLine>, at now: Timestamp) -> Quantity {
        lines.reduce(.zero) { $0.adding(clamping: $1.pending(at: now)) }
    }

    /// What a level should show: its allocation with all web orders taken off, and what running checkouts
    /// are about to take (`A + pend`).
    package static func target(_ allocation: Quantity, pending: Quantity) -> Quantity {
        allocation.adding(clamping: pending)
    }
}
