// What the people who connect ERP and shop mend.

extension ExceptionEntry {
    static let writeRefused = ExceptionEntry(
        .warning,
        .integration,
        meaning: "The shop refused this figure, or failed at it three times; it is tried again every hour.",
        firstStep: "Read the shop's answer with `tidegate explain`, mend it there, then `tidegate push`.",
        ending: "The shop takes the figure, or another one is wanted.",
        retry: .writes
    )
    static let increaseParked = ExceptionEntry(
        .notice,
        .integration,
        meaning: "More stock waits behind a refused decrease of the same SKU.",
        firstStep:
            "Mend the refused decrease of the same SKU first; the increase follows by itself.",
        ending: "The decrease is written.",
        retry: .writes
    )
    static let stockUnreadable = ExceptionEntry(
        .warning,
        .integration,
        meaning: "Rows name these positions, and their quantities cannot be read.",
        firstStep:
            "See the lines with `tidegate runs show RUN --rejected`, and mend the export or its mapping.",
        ending: "The next delivery states each of the positions clearly.",
        retry: .source
    )
    static let stockConflict = ExceptionEntry(
        .warning,
        .integration,
        meaning: "Positions are listed twice, and the rule says to reject that.",
        firstStep: "Find out why the export lists a position twice; set `duplicates` if that is meant.",
        ending: "The next delivery states each of the positions clearly.",
        retry: .source
    )
    static let absenceNotCounted = ExceptionEntry(
        .warning,
        .integration,
        meaning: "Missing positions may be among the rows that cannot be read.",
        firstStep:
            "Mend the rows that cannot be read: until then nobody knows whether the missing ones are gone.",
        ending: "A full delivery has no row that cannot be read.",
        retry: .source
    )
    static let conflictingEvent = ExceptionEntry(
        .notice,
        .integration,
        meaning: "Two stock events of one time or version state different stock; the first one counts "
            + "(<doc:Events>).",
        firstStep:
            "Look in the sender why two events of one time or version differ; the next delivery settles it.",
        ending: "A later event or delivery states the position."
    )
    static let eventRefused = ExceptionEntry(
        .warning,
        .integration,
        meaning: "Events of a source with `answers: lenient` could not be used, and their sender was not "
            + "told.",
        firstStep:
            "Correct the sender, which was told that all is well; the next full delivery tells the rest.",
        ending: "A full delivery of the source is accepted.",
        retry: .source
    )
    static let acknowledgementUnclear = ExceptionEntry(
        .warning,
        .integration,
        meaning: "The ERP acknowledges a line that the order does not have, or a number that several "
            + "orders have; it has no effect (<doc:OrderProofs>).",
        firstStep:
            "Compare with `tidegate orders show ORDER`; the ERP has to state the ids of order and lines.",
        ending: "What the ERP states of the order can be told apart."
    )
    static let orderUnreadable = ExceptionEntry(
        .warning,
        .integration,
        meaning: "The shop shows an order, or a line, that cannot be understood; what was known of it "
            + "counts on.",
        firstStep: "Look at the order in OroCommerce; what is said of it cannot be understood.",
        ending: "The order can be read."
    )
    static let ledgerStale = ExceptionEntry(
        .critical,
        .integration,
        meaning: "Orders could not be read for `orders.stale_after`; no figure rises meanwhile.",
        firstStep:
            "Look why orders cannot be read (`tidegate check`); until then no figure rises.",
        ending: "The orders are read."
    )
    static let ordersRefused = ExceptionEntry(
        .warning,
        .integration,
        meaning: "The file of orders beside a delivery, or rows of it, cannot be used; those orders count "
            + "as unknown to the ERP (<doc:OrderProofs>).",
        firstStep:
            "Mend the file of orders that the ERP writes; until then the shop counts them as unknown.",
        ending: "The next file has no such rows.",
        retry: .source
    )
}
