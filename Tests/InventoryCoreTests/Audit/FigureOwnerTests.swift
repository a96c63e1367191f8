import Testing

@testable import InventoryCore

@Suite("Whose the figure is that a level shows")
struct FigureOwnerTests {
    private static let names: [NameStanding] = [.unstated, .toWorkOut, .stated]

    @Test("what was never written is the shop's, and the name's where a source states it")
    func neverWritten() {
        for shown in [0, 40].map(Quantity.init(units:)) {
            let owners = Self.names.map { FigureOwner(of: nil, shows: shown, under: $0) }
            #expect(owners == [.shop, .nextRun, .name] as [FigureOwner])
        }
    }

    @Test("what was written under the name that the level has is compared, stated or not", arguments: names)
    func written(name: NameStanding) {
        for shown in [0, 40, 99].map(Quantity.init(units:)) {
            let written = WrittenFigure(Quantity(units: 40), hasMoved: false)
            #expect(FigureOwner(of: written, shows: shown, under: name) == .name)
        }
    }

    @Test(
        "under a name that nobody follows what was written is nobody's while it stands",
        arguments: [(40, .nobody), (37, .nobody), (0, .shop), (41, .shop)] as [(Int64, FigureOwner)]
    )
    func moved(shown: Int64, owner: FigureOwner) {
        let written = WrittenFigure(Quantity(units: 40), hasMoved: true)
        #expect(FigureOwner(of: written, shows: Quantity(units: shown), under: .unstated) == owner)
        #expect(FigureOwner(of: written, shows: Quantity(units: shown), under: .toWorkOut) == .nextRun)
        #expect(FigureOwner(of: written, shows: Quantity(units: shown), under: .stated) == .name)
    }
}
