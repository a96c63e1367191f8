import Foundation
import HTTPTransport
import InventoryCore
import TestSupport
import Testing

@testable import OroClient

@Suite("Orders in documents that somebody has damaged")
struct OrderMutationTests {
    private static var odd: [Any] {
        [
            NSNull(), "", -1, 1e30, 0.1234567, "\u{0}", "x", true, [Any](), [String: Any](), "2", 9.2e18,
            "9999-99-99T00:00:00Z", "-0", String(repeating: "9", count: 50), "1e5",
        ]
    }

    /// Changes one place below a node: members go, values become odd ones, elements come twice.
    private static func mutated(_ node: Any, _ chance: inout SplitMix64) -> Any {
        if var object = node as? [String: Any], !object.isEmpty, chance.chance(90) {
            let key = chance.pick(object.keys.sorted())
            if chance.chance(15) {
                object[key] = nil
            } else {
                object[key] = mutated(object[key] ?? NSNull(), &chance)
            }
            return object
        }
        if var array = node as? [Any], !array.isEmpty, chance.chance(90) {
            let index = chance.below(array.count)
            switch chance.below(8) {
            case 0: array.remove(at: index)
            case 1: array.insert(array[chance.below(array.count)], at: index)
            default: array[index] = mutated(array[index], &chance)
            }
            return array
        }
        return chance.pick(odd)
    }

    /// Every row of a page is read or told, and so is every line of an order that is read.
    private static func expectAccount(of body: [UInt8], rows: Int?, _ seed: Int) throws {
        let document = try OrderDocument(body, mark: .customerNotes)
        if let rows { #expect(document.orders.count == rows, "seed \(seed)") }
        let shown = OrderReading(document, mark: .customerNotes).shown
        let told = shown.unreadable.filter { $0.line == nil }
        #expect(Set(document.orders.map(\.id)).count == shown.orders.count + told.count, "seed \(seed)")
        let read = Set(shown.orders.map(\.id.description))
        #expect(read.count == shown.orders.count && read.isDisjoint(with: told.map(\.order)), "seed \(seed)")
        let named = document.orders.filter { read.contains($0.id) }.map { Set($0.lines ?? []).count }
        let lines = shown.orders.map(\.lines.count).reduce(0, +)
        let bad = shown.unreadable.filter { $0.line != nil && read.contains($0.order) }.count
        #expect(named.reduce(0, +) <= lines + bad + shown.freeFormLineCount, "seed \(seed)")
        #expect(shown.orders.flatMap(\.lines).allSatisfy { $0.quantity >= .zero && !$0.sku.text.isEmpty })
    }

    @Test("every order is read or reported, whatever is changed in the document", arguments: 0..<200)
    func tree(seed: Int) throws {
        var chance = SplitMix64(state: UInt64(seed))
        let transcript = try OrderTranscript.named(
            chance.pick([
                "938-21-state-role-order-lines-customer-group-orders-list", "796-orders-poll-noHateoas",
                "907-01-orders-updatedAt-gte-all",
            ])
        )
        var tree = try JSONSerialization.jsonObject(with: Data(transcript.reply.body))
        for _ in 0...chance.below(12) { tree = Self.mutated(tree, &chance) }
        guard let object = tree as? [String: Any] else { return }
        let body = Array(try JSONSerialization.data(withJSONObject: object))
        guard object["data"] != nil else {
            #expect(throws: JSONError.self) { try OrderDocument(body) }
            return
        }
        try Self.expectAccount(of: body, rows: (object["data"] as? [Any])?.count, seed)
    }

    @Test("no byte that is changed or lost makes it crash", arguments: 0..<50)
    func bytes(seed: Int) throws {
        var chance = SplitMix64(state: UInt64(seed))
        let name = "938-21-state-role-order-lines-customer-group-orders-list"
        var body = try OrderTranscript.named(name).reply.body
        for _ in 0...chance.below(6) {
            let index = chance.below(body.count)
            if chance.chance(30) { body.remove(at: index) } else { body[index] = UInt8(chance.below(256)) }
        }
        do {
            try Self.expectAccount(of: body, rows: nil, seed)
        } catch is JSONError {
            return
        }
    }

    @Test("a page of 100 orders with 300 lines is read in some milliseconds")
    func speed() throws {
        let ids = (1...100).map { order in (1...3).map { "\(order * 10 + $0)" } }
        let whole = zip(0..<100, ids).map { OrderText.order("\($0 + 1)", lines: $1) }
        let body = Array(
            OrderText.page(whole, included: ids.flatMap { $0 }.map { OrderText.line($0, "12.5") }).utf8
        )
        var best = Duration.seconds(100)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let reading = OrderReading(try OrderDocument(body))
            best = min(best, start.duration(to: .now))
            #expect(reading.shown.orders.count == 100 && reading.shown.unreadable == [])
        }
        // 5 ms in a release build; a debug build on a busy machine takes many times that.
        #expect(best < .milliseconds(500), "\(best)")
    }
}
