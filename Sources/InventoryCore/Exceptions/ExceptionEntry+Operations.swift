// What the people who watch stock and deliveries decide.

extension ExceptionEntry {
    static let unknownLocation = ExceptionEntry(
        .warning,
        .operations,
        meaning: "The location belongs to no site; its stock is not shown.",
        firstStep: "Add the location to a site under `sites`, or exclude it in the ERP export.",
        ending: "A site has the location, or no source states it any more.",
        retry: .source
    )
    static let locationOfAnotherSource = ExceptionEntry(
        .warning,
        .operations,
        meaning: "Two sources state the same location; what the second says of it is left out.",
        firstStep: "Take the location out of one of the two exports, or give it another name there.",
        ending: "A delivery of the second source does not state it.",
        retry: .source
    )
    static let sourceSilent = ExceptionEntry(
        .critical,
        .operations,
        meaning: "The newest statement of a source is older than its `fresh_for`.",
        firstStep: "Look why the export does not come; correct `fresh_for` if it comes less often.",
        ending: "The source states something of now.",
        retry: .source
    )
    static let deliveryRefused = ExceptionEntry(
        .critical,
        .operations,
        meaning: "Deliveries were refused and still lie there; what they stated does not count.",
        firstStep: "Mend and `touch` the files, or take them away; `tidegate sources deliveries` says why.",
        ending: "Each was taken, or taken away.",
        retry: .source
    )
    static let negativeStock = ExceptionEntry(
        .notice,
        .operations,
        meaning: "The ERP states less than nothing; the shop shows 0.",
        firstStep: "Correct the stock of this location in the ERP; the shop shows 0 meanwhile.",
        ending: "The ERP states nothing below 0 for the SKU and the location.",
        retry: .figures
    )
    static let oversold = ExceptionEntry(
        .critical,
        .operations,
        meaning: "Orders exceed the stock.",
        firstStep: "Orders exceed the stock: decide in the ERP which of them wait.",
        ending: "The stock covers the orders again.",
        retry: .figures
    )
    static let drift = ExceptionEntry(
        .warning,
        .operations,
        meaning: "The shop shows what nobody here wrote.",
        firstStep:
            "Find out who changes the level in OroCommerce; `tidegate audit --repair` sets it right.",
        ending: "An audit finds the figure that was written, or a newer one is written."
    )
    static let stockAbsent = ExceptionEntry(
        .critical,
        .operations,
        meaning: "Too many positions of a location are missing to count as gone.",
        firstStep: "Check that the export is whole; if the stock is gone, `tidegate approve RUN`.",
        ending: "They are stated again, or somebody has approved or rejected.",
        retry: .source
    )
    static let stockHeld = ExceptionEntry(
        .critical,
        .operations,
        meaning: "A guard holds what is stated of these positions.",
        firstStep:
            "Compare with the ERP (`tidegate runs show RUN --held`), then `tidegate approve` or `reject`.",
        ending: "Somebody has approved or rejected, or a later delivery is near the last clear value.",
        retry: .source
    )
    static let stockRejected = ExceptionEntry(
        .notice,
        .operations,
        meaning: "A person rejected what was stated, and nothing clear came since.",
        firstStep: "Correct the stock in the ERP; the next clear statement ends this by itself.",
        ending: "The source states something else of the positions.",
        retry: .source
    )
    static let figuresHeld = ExceptionEntry(
        .critical,
        .operations,
        meaning: "A guard holds figures that the shop would show.",
        firstStep:
            "Compare with the shop (`tidegate runs show RUN --held`), then `tidegate approve` or `reject`.",
        ending: "Somebody has approved or rejected, or the figures are not wanted any more."
    )
    static let shownUnstated = ExceptionEntry(
        .critical,
        .operations,
        meaning: "The shop shows stock of SKUs that no source knows; one exception for all of them.",
        firstStep:
            "See the levels with `tidegate runs show RUN --held`; `approve` does what `guards.removal` says.",
        ending: "Somebody has approved or rejected, or a source states the SKUs."
    )
}

// What the people who sell decide.

extension ExceptionEntry {
    static let unattributedOrder = ExceptionEntry(
        .notice,
        .sales,
        meaning: "An order of nobody that the fences know.",
        firstStep: "Find the customer group of the order in OroCommerce.",
        ending: "The order has a customer group that a fence names, or does not count any more.",
        retry: .figures
    )
    static let orderUnacknowledged = ExceptionEntry(
        .warning,
        .sales,
        meaning: "An order is older than `orders.deadline`, and nobody has said that the ERP knows it "
            + "(<doc:Orders>).",
        firstStep:
            "Look whether the order is in the ERP; if it will never be, `tidegate orders release ORDER`.",
        ending: "The ERP acknowledges the order, or somebody releases it."
    )
    static let cancelledButBooked = ExceptionEntry(
        .warning,
        .sales,
        meaning: "The shop has cancelled an order that the ERP has booked.",
        firstStep: "Cancel the order in the ERP, too: it still holds stock for it.",
        ending: "The ERP says that it has shipped or cancelled the order."
    )
}
