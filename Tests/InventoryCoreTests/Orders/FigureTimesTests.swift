import InventoryCore
import Testing

@Suite("Which figures contain what was acknowledged")
struct FigureTimesTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    private static func part(at seconds: Int64, by source: SourceID? = nil) -> LedgerLine.Acknowledged {
        LedgerLine.Acknowledged(quantity: Quantity(units: 1), at: time(seconds), source: source)
    }

    @Test("a figure as of the acknowledgement or later contains it, an older one does not")
    func asOf() {
        let times = FigureTimes(of: ["erp"], full: ["erp": Self.time(100)])
        #expect(times.contain(Self.part(at: 100), of: "AB-1"))
        #expect(!times.contain(Self.part(at: 101), of: "AB-1"))
        #expect(!FigureTimes(of: ["erp"], full: [:]).contain(Self.part(at: 1), of: "AB-1"))
    }

    @Test("of several sources every one that has the SKU must be new enough, or the one that has booked it")
    func sources() {
        var times = FigureTimes(of: ["erp", "wholesaler"], full: ["erp": Self.time(100)])
        #expect(!times.contain(Self.part(at: 50), of: "AB-1"))
        times.holders["AB-1"] = ["erp"]
        #expect(times.contain(Self.part(at: 50), of: "AB-1"))
        times.holders["AB-1"] = ["erp", "wholesaler"]
        #expect(!times.contain(Self.part(at: 50), of: "AB-1"))
        #expect(times.contain(Self.part(at: 50, by: "erp"), of: "AB-1"))
        // One that is not configured any more says nothing of whose figures contain it.
        #expect(!times.contain(Self.part(at: 50, by: "former"), of: "AB-1"))
    }

    @Test("a partial delivery speaks for the SKUs that it states whole, and a doubt for none")
    func partial() {
        var times = FigureTimes(of: ["erp"], full: ["erp": Self.time(10)])
        times.stated["AB-1"] = ["erp": Self.time(100)]
        #expect(times.contain(Self.part(at: 50), of: "AB-1"))
        #expect(!times.contain(Self.part(at: 50), of: "AB-2"))
        times.doubtful = ["AB-1"]
        #expect(!times.contain(Self.part(at: 5), of: "AB-1"))
    }
}
