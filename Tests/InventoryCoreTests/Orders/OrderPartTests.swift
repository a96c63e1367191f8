import InventoryCore
import Testing

/// Parts of orders by which the ERP may know them.
@Suite("Parts of orders that the ERP knows")
struct OrderPartTests {
    private typealias Stage = LedgerStage

    private static let lines = [Stage.line(1, "A", 4), Stage.line(2, "B", 6), Stage.line(3, "A", 6)]

    private static func parts(_ shown: [WebOrder.Line], of own: [WebOrder.Line] = lines) -> OrderPart? {
        var stage = Stage(["A": 20, "B": 20])
        stage.row(80, own)
        stage.row(81, shown, parent: 80)
        stage.poll()
        return stage.ledger.parts[OrderID(81)]
    }

    @Test("from 6.1 on a part has the very lines of its order")
    func shared() throws {
        let part = try #require(Self.parts([Self.lines[1]]))
        #expect(part.order == OrderID(80) && part.lines == [2: 2])
        let said = OrderAcknowledgement(order: "81", at: Stage.noon)
        #expect(part.statements(of: said)?.map(\.line) == [2])
        var line = said
        line.line = 2
        #expect(part.statements(of: line)?.map(\.line) == [2])
        line.line = 1
        #expect(part.statements(of: line) == nil)
    }

    @Test("before that a copy is known by what it takes, each of the order's own lines once")
    func copied() throws {
        let copies = [Stage.line(11, "A", 6), Stage.line(12, "B", 6)]
        let part = try #require(Self.parts(copies))
        #expect(part.lines == [11: 3, 12: 2])
        let said = OrderAcknowledgement(order: "81", line: 12, quantity: Quantity(units: 2), at: Stage.noon)
        #expect(part.statements(of: said)?.map(\.line) == [2])
        // Whoever names the order's own line means that.
        var own = said
        own.line = 3
        #expect(part.statements(of: own)?.map(\.line) == [3])
        let same = try #require(
            Self.parts([Stage.line(11, 5), Stage.line(12, 5)], of: [Stage.line(1, 5), Stage.line(2, 5)])
        )
        #expect(same.lines == [11: 1, 12: 2])
    }

    @Test("a copy of nothing that is there leaves open which lines are meant")
    func unlike() throws {
        let part = try #require(Self.parts([Stage.line(11, "A", 4), Stage.line(12, "A", 5)]))
        #expect(part.lines == [11: 1, 12: nil])
        #expect(part.statements(of: OrderAcknowledgement(order: "81", at: Stage.noon)) == nil)
    }

    @Test("kits are known by their components")
    func kits() throws {
        let kit = Stage.line(1, "KIT", 3, parts: [("A", 2), ("B", 1)])
        let other = Stage.line(2, "KIT", 2, parts: [("A", 2), ("B", 1)])
        let part = try #require(
            Self.parts([Stage.line(11, "KIT", 2, parts: [("A", 2), ("B", 1)])], of: [kit, other])
        )
        #expect(part.lines == [11: 2])
    }
}
