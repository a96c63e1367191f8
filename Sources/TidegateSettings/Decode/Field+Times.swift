import InventoryCore

extension Field {
    /// A length of time such as `500ms`, `30s`, `5m`, `2h` or `1d`, in seconds.
    func seconds(in range: ClosedRange<Double>) -> Double? {
        guard let text = text("a length of time such as 30s") else { return nil }
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let amount = try? Quantity(decimal: text.dropLast(unit.count)), amount >= .zero else {
                continue
            }
            let seconds = Double(amount.millionths) / Double(Quantity.scale) * factor
            guard range.contains(seconds) else {
                let (least, most) = (Field.shown(range.lowerBound), Field.shown(range.upperBound))
                refuse(
                    "\(Spelling.quoted(text)) is out of range.",
                    hint: "It has to be from \(least) to \(most)."
                )
                return nil
            }
            return seconds
        }
        refuse(
            "\(Spelling.quoted(text)) is not a length of time.",
            hint: "Write a number with its unit: 500ms, 30s, 5m, 2h or 1d.",
            code: .wrongType
        )
        return nil
    }

    /// An instant with its offset from UTC.
    func timestamp() -> Timestamp? {
        guard let text = text("a time with an offset, such as 2026-11-01T00:00:00+01:00") else { return nil }
        if let instant = Timestamp(rfc3339: text) { return instant }
        let isLocal = Timestamp(rfc3339: text + "Z") != nil || Timestamp(rfc3339: text + "T00:00:00Z") != nil
        refuse(
            isLocal
                ? "\(Spelling.quoted(text)) has no offset from UTC, so it is not one instant."
                : "\(Spelling.quoted(text)) is not a time.",
            hint: "Write it like 2026-11-01T00:00:00+01:00."
        )
        return nil
    }

    private static func shown(_ seconds: Double) -> String {
        for (unit, factor) in [("d", 86400.0), ("h", 3600), ("m", 60), ("s", 1)]
        where seconds >= factor && seconds.truncatingRemainder(dividingBy: factor) == 0 {
            return "\(Int(seconds / factor))\(unit)"
        }
        return "\(Int((seconds * 1000).rounded()))ms"
    }
}
