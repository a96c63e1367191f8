import InventoryCore
import Testing

@Suite("A sample of names")
struct NameSampleTests {
    private static func known(_ count: Int) -> [LevelID: SKU] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { (LevelID("\($0)"), SKU("A-\($0)")) })
    }

    /// The first `gone` levels are not there, the next `renamed` are another SKU's.
    private static func sample(_ count: Int, gone: Int = 0, renamed: Int = 0, hidden: Int = 0) -> NameSample {
        var shown = known(count)
        for number in 0..<gone { shown[LevelID("\(number)")] = nil }
        for number in gone..<gone + renamed { shown[LevelID("\(number)")] = "B" }
        var hiddenLevels: Set<LevelID> = []
        for number in gone + renamed..<gone + renamed + hidden {
            shown[LevelID("\(number)")] = nil
            hiddenLevels.insert(LevelID("\(number)"))
        }
        return NameSample(known: known(count), shown: shown, hidden: hiddenLevels)
    }

    @Test("more than half gone or renamed is another shop, half is not")
    func half() {
        #expect(Self.sample(20, gone: 5, renamed: 5).verdict == .same)
        #expect(Self.sample(20, gone: 5, renamed: 6).verdict == .other)
        #expect(Self.sample(20, gone: 5, renamed: 6).different.count == 11)
        #expect(Self.sample(20, renamed: 20).verdict == .other)
        #expect(Self.sample(1).verdict == .same)
    }

    @Test("another product than is known is told from one that is not named")
    func product() {
        #expect(WrittenProduct(answered: "7", known: "7") == .asKnown)
        #expect(WrittenProduct(answered: "8", known: "7") == .another)
        #expect(WrittenProduct(answered: nil, known: "7") == .unknown)
        #expect(WrittenProduct(answered: "8", known: nil) == .unknown)
    }

    @Test("an empty answer and levels without names are told apart from other names")
    func hidden() {
        #expect(Self.sample(20, gone: 20).verdict == .none)
        #expect(Self.sample(20, hidden: 11).verdict == .hidden)
        #expect(Self.sample(20, renamed: 9, hidden: 10).verdict == .same)
        #expect(Self.sample(20, hidden: 3).agreeing.count == 17)
        #expect(NameSample(known: [:], shown: [:]).verdict == .same)
    }
}
