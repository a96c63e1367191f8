import InventoryCore
import TestSupport
import Testing

@Suite("Quantity")
struct QuantityTests {
    @Test(
        "plain decimals are read exactly",
        arguments: [
            ("0", 0), ("7.5", 7_500_000), ("-12", -12_000_000), ("+3", 3_000_000), (".5", 500_000),
            ("0.000001", 1), ("1.2500000000", 1_250_000), ("9223372036854.775807", Int64.max),
        ] as [(String, Int64)]
    )
    func reads(text: String, millionths: Int64) throws {
        #expect(try Quantity(decimal: text).millionths == millionths)
    }

    @Test(
        "a text that is not a plain decimal is refused",
        arguments: ["", "-", ".", "1e3", "1,5", " 1", "1 ", "1.2.3", "٣"]
    )
    func refuses(text: String) {
        #expect(throws: QuantityError.notANumber) { try Quantity(decimal: text) }
    }

    @Test("a seventh decimal that is not zero is refused, not rounded")
    func precision() {
        #expect(throws: QuantityError.tooPrecise) { try Quantity(decimal: "0.0000001") }
    }

    @Test(
        "a number too large for a quantity is refused",
        arguments: ["9223372036854.775808", "99999999999999999999"]
    )
    func tooLarge(text: String) {
        #expect(throws: QuantityError.tooLarge) { try Quantity(decimal: text) }
    }

    @Test("a quantity that is written and read back is the same", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        for _ in 0..<100 {
            let magnitude = Int64.random(
                in: 0...Int64.max >> Int64.random(in: 0...62, using: &random),
                using: &random
            )
            let quantity = Quantity(millionths: Bool.random(using: &random) ? magnitude : -magnitude)
            #expect(try Quantity(decimal: quantity.description) == quantity)
        }
    }

    @Test("conversion is exact and rounds down, also below zero")
    func conversion() throws {
        let thirds = try #require(Ratio(1, over: 3))
        #expect(try Quantity(units: 1).inBase(thirds).description == "0.333333")
        #expect(try Quantity(units: -1).inBase(thirds).description == "-0.333334")
        let dozen = try #require(Ratio(text: "12"))
        #expect(try Quantity(units: 30).inUnits(of: dozen).description == "2.5")
        #expect(
            try Quantity(units: 30).inUnits(of: dozen).floored(toStep: Quantity(units: 1)).description == "2"
        )
        #expect(Ratio(text: "1/1000") == Ratio(text: "0.001"))
    }
}
