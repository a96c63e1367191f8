import InventoryCore
import Testing

@Suite("The catalogue of exceptions")
struct ExceptionCatalogueTests {
    @Test("says of each code how grave it is, who mends it, how to begin and how it ends")
    func isWhole() {
        for code in InventoryException.Code.allCases {
            let entry = code.entry
            for text in [entry.meaning, entry.firstStep, entry.ending] {
                #expect(text.hasSuffix(".") && !text.contains("|"), "\(code)")
            }
        }
        #expect(Set(InventoryException.Code.bySeverity) == Set(InventoryException.Code.allCases))
        let severities = InventoryException.Code.bySeverity.map(\.severity)
        #expect(severities == severities.sorted(by: >))
    }

    @Test("a cause never names an SKU or an order, whose number has no bound")
    func causes() {
        let subject = Subject(
            sku: "A",
            unit: "EA",
            warehouse: "Leeds",
            location: "WH-1",
            site: "main",
            source: "erp",
            order: "7"
        )
        for code in InventoryException.Code.allCases {
            let cause = ExceptionCause(code: code, subject: subject)
            #expect(cause.subject.sku == nil && cause.subject.order == nil, "\(code)")
            #expect(ExceptionCause(code: code, subject: cause.subject) == cause)
        }
        let one = ExceptionCause(code: .unknownUnit, subject: Subject(sku: "A", unit: "EA"))
        #expect(one == ExceptionCause(code: .unknownUnit, subject: Subject(sku: "B", unit: "EA")))
        #expect(one != ExceptionCause(code: .unknownUnit, subject: Subject(sku: "A", unit: "PAL")))
    }

    @Test(
        "many are told with their count and the first of them, by what tells them apart",
        arguments: [
            (InventoryException.Code.drift, Subject(sku: "A", unit: "EA"), "2 levels: A / EA, …. m"),
            (.unknownUnit, Subject(sku: "A", unit: "EA"), "2 SKUs: A, …. m"),
            (.cancelledButBooked, Subject(order: "7"), "2 orders: order 7, …. m"),
        ]
    )
    func messages(code: InventoryException.Code, subject: Subject, text: String) {
        let exception = InventoryException(code: code, subject: subject, message: "m")
        #expect(exception.cause.message(of: 2, [exception]) == text)
        #expect(exception.cause.message(of: 1, [exception]) == "m")
    }

    @Test("a deadline is that of the code, else of the owner, else of the severity; a snooze puts it off")
    func deadlines() {
        let now = Timestamp(microseconds: 0)
        var deadlines = ExceptionDeadlines()
        #expect(deadlines.seconds(for: .oversold) == 3600)
        deadlines.byOwner[.operations] = [.critical: 60]
        #expect(deadlines.seconds(for: .oversold) == 60 && deadlines.seconds(for: .ledgerStale) == 3600)
        deadlines.byCode[.oversold] = 30
        #expect(deadlines.due(.oversold, opened: now) == now.adding(seconds: 30))
        let put = deadlines.due(.oversold, opened: now, snoozedUntil: now.adding(seconds: 90))
        #expect(put == now.adding(seconds: 90))
    }
}
