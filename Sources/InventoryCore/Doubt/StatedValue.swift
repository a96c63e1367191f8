/// What a value changes that a person states of a position in doubt (spec, Stock in doubt, section 1).
///
/// What lies in one place in several units is one position in base units. A value in a unit that was never
/// clear there is all that lies in the place; in one that was, it leaves the others as they are.
package struct StatedValue: Sendable {
    /// What the positions of the place hold from now on.
    package let nets: [PositionKey: Quantity]
    package let deltas: [Delta]
    /// The doubts that this decides.
    package let ended: [Doubt]

    /// Works it out; a pure function of its inputs.
    ///
    /// - Parameters:
    ///   - value: in the unit of the position.
    ///   - doubt: about the position.
    ///   - known: what the baseline of its source holds of the SKU.
    ///   - doubts: all about the SKU, of its source.
    package init(_ value: Quantity, of doubt: Doubt, known: [Position], doubts: [Doubt]) {
        let key = doubt.key
        let shelf = Slot(key)
        let isNew = doubt.last == nil
        let others = isNew ? known.filter { $0.key != key && Slot($0.key) == shelf } : []
        var nets = [key: value]
        for other in others { nets[other.key] = .zero }
        self.nets = nets
        deltas =
            [doubt.approved(as: value)].compactMap(\.self)
            + others.filter { $0.net != .zero }
            .map { Delta(key: $0.key, change: .changed(from: $0.net, to: .zero)) }
        ended = doubts.filter { other in
            guard other.key != key else { return true }
            return Slot(other.key) == shelf && (isNew || other.last == nil)
        }
    }
}
