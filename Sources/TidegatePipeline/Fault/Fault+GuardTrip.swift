import InventoryCore

extension Fault {
    /// A snapshot that a guard refused.
    init(_ trip: GuardTrip, path: String) {
        self.init(
            .badInput,
            code: Fault.Code(trip.code.rawValue),
            place: path,
            message: "\(trip.message) Nothing of it was taken.",
            hint: Fault.hint(trip.code)
        )
    }

    private static func hint(_ code: GuardTrip.Code) -> String {
        switch code {
        case .stale, .sameSequence:
            "Send the newest; what was accepted wrongly is taken back by `tidegate sources reset`."
        case .asOfInFuture:
            "Correct the clock or the time zone of the export, and see that ours is right."
        case .endsInsideRow:
            "It was cut off: send it whole, and move it into its place only when it is complete."
        case .repeatedHeader:
            "Files may have been put together. A report that repeats it on each page needs "
                + "`rows: { skip_repeated_header: true }`."
        case .empty, .allZero:
            "Look at the export that made it; a few zeros alone are sent as `scope: partial`."
        default:
            "Look at the export that made it; if it is right, correct what its contract promises."
        }
    }
}
